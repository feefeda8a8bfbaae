import { sondeError } from "@sonde/core";
import type { NdArray } from "@sonde/core/connector";
import type { Pixels } from "../figure.js";
import { percentiles } from "./contrast.js";
import { type ColourMapName, colourMap } from "./maps.js";

export type ImageOptions = {
  /** What becomes darkest and lightest, as percentiles of the values; default 1 and 99. Colour images of bytes are shown as they are. */
  readonly percentiles?: readonly [number, number] | undefined;
  /** The same as values; they win. */
  readonly limits?: readonly [number, number] | undefined;
  /** Default "grey". */
  readonly map?: ColourMapName | undefined;
};

/**
 * An array as pixels: height × width, or height × width × 1, 3 (red, green, blue) or 4 (and alpha). Of more dimensions the first ones must be 1.
 * Values that are no number are left clear. Rejects `unsupported` for other shapes.
 */
export function pixelsOf(array: NdArray, options: ImageOptions = {}): Pixels {
  const { height, width, channels } = sidesOf(array);
  const rgba = new Uint8ClampedArray(4 * width * height);
  const { data } = array;
  const asStored =
    channels >= 3 &&
    (data instanceof Uint8Array || data instanceof Uint8ClampedArray) &&
    options.limits === undefined &&
    options.percentiles === undefined;
  const [low, high] = asStored ? [0, 255] : (options.limits ?? percentiles(data, options.percentiles ?? [1, 99]));
  const scale = 255 / (high - low || 1);
  const map = colourMap(options.map ?? "grey");
  for (let pixel = 0; pixel < width * height; pixel++) {
    if (channels < 3) {
      const value = Number(data[pixel * channels]);
      if (Number.isNaN(value)) continue;
      const shade = Math.max(0, Math.min(255, Math.round((value - low) * scale)));
      rgba.set(map.subarray(3 * shade, 3 * shade + 3), 4 * pixel);
    } else
      for (let channel = 0; channel < 3; channel++) rgba[4 * pixel + channel] = (Number(data[pixel * channels + channel]) - low) * scale;
    rgba[4 * pixel + 3] = channels === 4 ? Number(data[pixel * 4 + 3]) : 255;
  }
  return { width, height, rgba };
}

function sidesOf({ shape, dims, ref }: NdArray): { readonly height: number; readonly width: number; readonly channels: number } {
  const sides = [...shape];
  // Frames of one: the first sides are 1.
  while (sides.length > 2 && sides[0] === 1 && !(sides.length === 3 && dims?.at(-1) === "channel")) sides.shift();
  const [height, width, channels = 1] = sides;
  if (height !== undefined && width !== undefined && sides.length <= 3 && [1, 3, 4].includes(channels)) return { height, width, channels };
  throw sondeError(
    "unsupported",
    `array '${ref}' of ${shape.join(" × ")} is no image: ask for a slice of height × width, or with 1, 3 or 4 channels`,
    {
      what: "image",
    },
  );
}
