import { refused } from "../errors.js";
import { hslToRgb, rgbToHsl } from "./hsl.js";

/** How the channels of an image are meant: one of grey, or three. */
export type Color = "grey" | "rgb" | "hsl";

/** Bytes as `ImageData` and the encoders of JPEG and PNG take them: red, green, blue and 255, row by row. */
export interface Pixels {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8ClampedArray<ArrayBuffer>;
}

export interface PixelOptions {
  /** "grey" where one channel is left, else "rgb". */
  readonly color?: Color;
  /** The first channel to take; 0 by default. */
  readonly channel?: number;
}

/**
 * Channels of a composition (`[channels, height, width]`, or `[height, width]` of one) as pixels. Values go from 0 to 1, what lies outside
 * counts as the nearer of the two, and fractions of a byte are cut off, as the reference does.
 *
 * @example
 * ```ts
 * import { decode, toPixels } from "@sonde/wavelet-buffer";
 * const { width, height, data } = toPixels(decode(bytes).compose({ scale: 2 }));
 * context.putImageData(new ImageData(data, width, height), 0, 0);
 * ```
 */
export function toPixels(image: { readonly shape: readonly number[]; readonly data: Float32Array }, options: PixelOptions = {}): Pixels {
  const [channels, height, width] = image.shape.length === 2 ? [1, ...image.shape] : image.shape;
  if (image.shape.length < 2 || channels === undefined || height === undefined || width === undefined) {
    throw refused("image", `has the shape [${image.shape.join(", ")}]: it is no image`);
  }
  const { channel = 0 } = options;
  const { color = channels - channel < 3 ? "grey" : "rgb" } = options;
  const count = color === "grey" ? 1 : 3;
  if (!Number.isSafeInteger(channel) || channel < 0 || channel + count > channels) {
    throw refused("channel", `is ${channel}: ${color} takes ${count} of the ${channels} channels from there`);
  }
  const size = height * width;
  const planes = image.data.subarray(channel * size, (channel + count) * size);
  const shown = color === "hsl" ? hslToRgb(planes) : planes;
  const [green, blue] = color === "grey" ? [0, 0] : [size, 2 * size];
  const data = new Uint8ClampedArray(4 * size);
  for (let k = 0; k < size; k++) {
    // Within `shown`, which the type can't say.
    data[4 * k] = cut(shown[k] as number);
    data[4 * k + 1] = cut(shown[green + k] as number);
    data[4 * k + 2] = cut(shown[blue + k] as number);
    data[4 * k + 3] = 255;
  }
  return { width, height, data };
}

/** A product of floats is what the reference cuts: with it each byte that was read comes back. The array clamps. */
const cut = (value: number) => Math.floor(Math.fround(value * 255));

/**
 * Pixels as channels `[channels, height, width]` from 0 to 1, ready to be decomposed. Transparency is left out; grey is the red channel.
 *
 * @example
 * ```ts
 * const { shape: [signalNumber, height, width], data } = fromPixels(pixels, { color: "hsl" });
 * ```
 */
export function fromPixels(
  { width, height, data }: { readonly width: number; readonly height: number; readonly data: Uint8Array | Uint8ClampedArray },
  { color = "rgb" }: { readonly color?: Color } = {},
): { readonly shape: readonly [channels: number, height: number, width: number]; readonly data: Float32Array } {
  const size = width * height;
  if (data.length !== 4 * size) throw refused("data", `holds ${data.length} bytes, ${width} by ${height} pixels take ${4 * size}`);
  const count = color === "grey" ? 1 : 3;
  const planes = new Float32Array(count * size);
  for (let c = 0; c < count; c++) {
    for (let k = 0; k < size; k++) planes[c * size + k] = (data[4 * k + c] as number) / 255;
  }
  return { shape: [count, height, width], data: color === "hsl" ? rgbToHsl(planes) : planes };
}
