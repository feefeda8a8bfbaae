import { sondeError } from "@sonde/core";
import { type Color, fromPixels, type WaveletBuffer } from "@sonde/wavelet-buffer";
import { decodeJpeg } from "./jpeg.js";
import type { ImageMeta } from "./meta.js";

/** Channels of one image: `[channels, height, width]`, values from 0 to 1. What `toJpeg`, `toPng` and `toPixels` take. */
export interface ComposedImage {
  readonly color: Color;
  readonly shape: readonly [channels: number, height: number, width: number];
  readonly data: Float32Array;
  /** Each side was halved that many times. */
  readonly scale: number;
}

/** One image of a package, decoded when it is asked for. */
export interface DriftImage {
  /** "hsl" is kept as it is: `toPixels` and `toJpeg` turn it into what a screen shows. */
  readonly color: Color;
  readonly encoding: "wavelet" | "jpeg";
  /** At scale 0; absent for a JPEG whose package does not say. */
  readonly width?: number;
  readonly height?: number;
  /** How often its sides can be halved by decoding less. */
  readonly scales: number;
  /** The JPEG itself, where it is one. */
  readonly jpeg?: Uint8Array;
  /** A scale beyond those there are counts as all of them; a JPEG has none. */
  compose(options?: { readonly scale?: number | undefined }): Promise<ComposedImage>;
}

const channelsOf = { grey: 1, rgb: 3, hsl: 3 } as const;

/** The images of a layout, over the channels of all buffers in their order. Without a layout three channels are RGB, others one grey image each. */
export function waveletImages(meta: ImageMeta | undefined, buffers: readonly WaveletBuffer[], name: string): readonly DriftImage[] {
  const channels = buffers.flatMap((buffer) => {
    if (buffer.parameters.signalShape.length !== 2) {
      throw sondeError("format", `package ${name} says that it is an image, and holds a line`, { key: name });
    }
    return Array.from({ length: buffer.parameters.signalNumber }, (_, signal) => ({ buffer, signal }));
  });
  const layout = parseLayout(meta?.channelLayout ?? "", channels.length, name);
  let next = 0;
  return layout.map((color) => {
    const own = channels.slice(next, next + channelsOf[color]);
    next += own.length;
    const [first] = own;
    if (first === undefined || own.length < channelsOf[color]) {
      throw sondeError("format", `package ${name} has ${channels.length} channels, fewer than its layout '${meta?.channelLayout}'`, {
        key: name,
      });
    }
    const { signalShape, decompositionSteps } = first.buffer.parameters;
    const [width, height] = signalShape;
    return {
      color,
      encoding: "wavelet",
      width,
      // Of two dimensions, as was checked.
      height: height as number,
      scales: decompositionSteps,
      async compose({ scale = 0 } = {}) {
        return composeChannels(color, own, scale, name);
      },
    };
  });
}

function composeChannels(
  color: Color,
  channels: readonly { readonly buffer: WaveletBuffer; readonly signal: number }[],
  scale: number,
  name: string,
): ComposedImage {
  const planes = channels.map(({ buffer, signal }) => buffer.compose({ scale, signal }));
  const [first] = planes;
  const [height = 0, width = 0] = first?.shape ?? [];
  if (planes.some(({ shape }) => shape[0] !== height || shape[1] !== width)) {
    throw sondeError("format", `package ${name} has channels of different sizes in one image`, { key: name });
  }
  const data = new Float32Array(planes.length * height * width);
  planes.forEach((plane, k) => {
    data.set(plane.data, k * height * width);
  });
  return { color, shape: [planes.length, height, width], data, scale: first?.scale ?? 0 };
}

export function jpegImage(meta: ImageMeta, jpeg: Uint8Array, maxPixels: number, name: string): DriftImage {
  const color: Color = meta.channelLayout === "G" ? "grey" : "rgb";
  const { width, height } = meta;
  return {
    color,
    encoding: "jpeg",
    ...(width === undefined ? {} : { width }),
    ...(height === undefined ? {} : { height }),
    scales: 0,
    jpeg,
    async compose() {
      const pixels = await decodeJpeg(jpeg, { maxPixels, name });
      const { shape, data } = fromPixels(pixels, { color });
      return { color, shape, data, scale: 0 };
    },
  };
}

function parseLayout(layout: string, channels: number, name: string): readonly Color[] {
  if (layout === "") return channels === 3 ? ["rgb"] : Array.from({ length: channels }, () => "grey" as const);
  const colors: Color[] = [];
  for (let rest = layout.toUpperCase(); rest !== ""; ) {
    const color = rest.startsWith("RGB") ? "rgb" : rest.startsWith("HSL") ? "hsl" : rest.startsWith("G") ? "grey" : undefined;
    // A layout can't be longer than its channels, so a hostile one ends here.
    if (color === undefined || colors.length > channels) {
      throw sondeError("format", `package ${name} has a channel layout that is no sequence of RGB, HSL and G for ${channels} channels`, {
        key: name,
      });
    }
    colors.push(color);
    rest = rest.slice(channelsOf[color]);
  }
  return colors;
}
