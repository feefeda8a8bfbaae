/**
 * What becomes 0 in the details before they are written; the approximation is never touched.
 *
 * - `null`: nothing.
 * - `threshold`: what is not beyond `a * step + b` on either side, the finest step being 0.
 * - `simple`: the smallest `level` (0 to 1) of each subband, by amount; where amounts are equal, the first ones.
 */
export type Denoiser =
  | { readonly kind: "null" }
  | { readonly kind: "threshold"; readonly a: number; readonly b: number }
  | { readonly kind: "simple"; readonly level: number };
