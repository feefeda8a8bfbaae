import { refused } from "../errors.js";

/**
 * What becomes 0 in the details before they are written; the approximation is never touched.
 *
 * - `null`: nothing.
 * - `threshold`: what is not beyond `a * step + b` on either side, the finest step being 0.
 * - `simple`: the smallest `level` (0 to 1) of each subband by amount, of equal ones the first; at least one stays.
 */
export type Denoiser =
  | { readonly kind: "null" }
  | { readonly kind: "threshold"; readonly a: number; readonly b: number }
  | { readonly kind: "simple"; readonly level: number };

export function checkDenoiser(denoiser: Denoiser): void {
  if (denoiser.kind === "threshold" && !(Number.isFinite(denoiser.a) && Number.isFinite(denoiser.b))) {
    throw refused("denoiser", "has a threshold that is no number");
  }
  if (denoiser.kind === "simple" && !(denoiser.level >= 0 && denoiser.level <= 1)) {
    throw refused("denoiser.level", `is ${denoiser.level}, it goes from 0 to 1`);
  }
}

/** Changes `data`, the details of a step. */
export function denoise(data: Float32Array, step: number, denoiser: Denoiser): void {
  if (denoiser.kind === "threshold") {
    const threshold = Math.fround(denoiser.a * step + denoiser.b);
    for (let k = 0; k < data.length; k++) if (!(Math.abs(data[k] as number) > threshold)) data[k] = 0;
  } else if (denoiser.kind === "simple") keepLargest(data, denoiser.level);
}

function keepLargest(data: Float32Array, level: number): void {
  const count = Math.min(Math.trunc(Math.fround(data.length * Math.fround(level))), data.length - 1);
  if (count <= 0) return;
  const amounts = data.map(Math.abs).sort();
  const border = amounts[count - 1] as number;
  // Of those that equal the border, as many go as were sorted before it.
  let equal = count - amounts.indexOf(border);
  for (let k = 0; k < data.length; k++) {
    const amount = Math.abs(data[k] as number);
    if (amount < border || (amount === border && equal-- > 0)) data[k] = 0;
  }
}
