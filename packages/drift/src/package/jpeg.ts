import { sondeError } from "@sonde/core";
import { type Color, type Pixels, toPixels } from "@sonde/wavelet-buffer";
import { checkFrame } from "./jpeg-frame.js";

/** What an encoder of pictures takes: a composition, or one image of a package. */
export interface ImageInput {
  readonly shape: readonly number[];
  readonly data: Float32Array;
  readonly color?: Color | undefined;
}

export type ImageFileOptions = {
  /** Of the channels; as the image says, else "rgb" for three of them, else "grey". */
  readonly color?: Color | undefined;
  /** The first channel to take; 0 by default. */
  readonly channel?: number | undefined;
};

/**
 * A JPEG file. Values from 0 to 1 are cut to bytes, as the reference does; `quality` goes from 0 to 1, the default.
 *
 * @example
 * ```ts
 * const jpeg = await toJpeg(pkg.buffer.compose({ scale: 1 }), { quality: 0.9 });
 * ```
 */
export async function toJpeg(
  image: ImageInput,
  options: ImageFileOptions & { readonly quality?: number | undefined } = {},
): Promise<Uint8Array> {
  const { quality = 1 } = options;
  if (!(quality >= 0 && quality <= 1)) {
    const message = "must be from 0 to 1";
    throw sondeError("options", `toJpeg: the quality ${message}, got ${quality}`, { issues: [{ path: "quality", message }] });
  }
  const pixels = pixelsOf(image, options);
  const { encode } = await jpegCodec();
  const { data } = encode(pixels, Math.max(1, Math.floor(quality * 100)));
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}

/** A PNG file, of the same pixels as {@link toJpeg} and without its losses. */
export async function toPng(image: ImageInput, options: ImageFileOptions = {}): Promise<Uint8Array> {
  const { width, height, data } = pixelsOf(image, options);
  const { encode } = await import("fast-png");
  const rgb = new Uint8Array(3 * width * height);
  for (let k = 0, from = 0, to = 0; k < width * height; k++, from += 4) {
    // Within both, which have four and three bytes a pixel.
    rgb[to++] = data[from] as number;
    rgb[to++] = data[from + 1] as number;
    rgb[to++] = data[from + 2] as number;
  }
  return encode({ width, height, data: rgb, channels: 3, depth: 8 });
}

/** Pixels of a JPEG that is not trusted: its size is looked at first. Throws `limit` past `maxPixels`, `format` where it is damaged. */
export async function decodeJpeg(
  jpeg: Uint8Array,
  { maxPixels, name }: { readonly maxPixels: number; readonly name: string },
): Promise<Pixels> {
  checkFrame(jpeg, { maxPixels, name });
  const { decode } = await jpegCodec();
  try {
    const { width, height, data } = decode(jpeg, {
      useTArray: true,
      formatAsRGBA: true,
      tolerantDecoding: false,
      maxResolutionInMP: maxPixels / 1e6,
      maxMemoryUsageInMB: Math.ceil((32 * maxPixels) / 2 ** 20),
    });
    return { width, height, data: new Uint8ClampedArray(data) };
  } catch (cause) {
    throw sondeError("format", `the JPEG of package ${name} is damaged: take its bytes from image.jpeg`, { key: name, cause });
  }
}

function pixelsOf(image: ImageInput, { color = image.color, channel }: ImageFileOptions): Pixels {
  return toPixels(image, { ...(color === undefined ? {} : { color }), ...(channel === undefined ? {} : { channel }) });
}

/** Loaded with the first picture. CommonJS: some loaders give its exports, some its default. */
async function jpegCodec(): Promise<typeof import("jpeg-js")> {
  const loaded: typeof import("jpeg-js") & { readonly default?: typeof import("jpeg-js") } = await import("jpeg-js");
  return loaded.default ?? loaded;
}
