/**
 * Colours as the reference stores them: three planes of the same size, one after the other, every value from 0 to 1.
 *
 * @module
 */
import { refused } from "../errors.js";

/** Below this difference of its channels a colour is grey. */
const greyDifference = 0.001;
/** Channels that differ by less are both the strongest: red then wins over green, green over blue. */
const tolerance = 1e-4;

/** Planes red, green, blue → hue, saturation, lightness; grey has hue and saturation 0. */
export function rgbToHsl(planes: Float32Array): Float32Array {
  return mapped(planes, (red, green, blue, out) => {
    const most = Math.max(red, green, blue);
    const least = Math.min(red, green, blue);
    const difference = most - least;
    if (difference < greyDifference) {
      out[0] = 0;
      out[1] = 0;
      out[2] = red;
      return;
    }
    const lightness = (most + least) / 2;
    let hue = 4 + (red - green) / difference;
    if (most - red < tolerance) hue = (green - blue) / difference;
    else if (most - green < tolerance) hue = 2 + (blue - red) / difference;
    hue /= 6;
    out[0] = hue < 0 ? hue + 1 : hue;
    out[1] = lightness < 0.5 ? difference / (most + least) : difference / (2 - most - least);
    out[2] = lightness;
  });
}

/** Planes hue, saturation, lightness → red, green, blue. */
export function hslToRgb(planes: Float32Array): Float32Array {
  return mapped(planes, (hue, saturation, lightness, out) => {
    if (Math.abs(saturation) < tolerance) {
      out.fill(lightness);
      return;
    }
    const upper = lightness < 0.5 ? lightness * (1 + saturation) : lightness + saturation - lightness * saturation;
    const lower = 2 * lightness - upper;
    out[0] = channel(lower, upper, hue + 1 / 3);
    out[1] = channel(lower, upper, hue);
    out[2] = channel(lower, upper, hue - 1 / 3);
  });
}

function channel(lower: number, upper: number, hue: number): number {
  const turn = hue < 0 ? hue + 1 : hue > 1 ? hue - 1 : hue;
  if (6 * turn < 1) return lower + (upper - lower) * 6 * turn;
  if (2 * turn < 1) return upper;
  if (3 * turn < 2) return lower + (upper - lower) * (2 / 3 - turn) * 6;
  return lower;
}

type Convert = (first: number, second: number, third: number, out: Float64Array) => void;

function mapped(planes: Float32Array, convert: Convert): Float32Array {
  if (planes.length % 3 !== 0) throw refused("planes", `hold ${planes.length} values: they are three of one size`);
  const size = planes.length / 3;
  const out = new Float32Array(planes.length);
  const pixel = new Float64Array(3);
  for (let k = 0; k < size; k++) {
    convert(planes[k] as number, planes[size + k] as number, planes[2 * size + k] as number, pixel);
    out[k] = pixel[0] as number;
    out[size + k] = pixel[1] as number;
    out[2 * size + k] = pixel[2] as number;
  }
  return out;
}
