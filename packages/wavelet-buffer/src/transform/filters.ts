import type { WaveletType } from "../buffer/parameters.js";

/** Daubechies' scaling filters, of sum 1, as the reference has them. */
const scaling: { readonly [Type in Exclude<WaveletType, "NONE">]: readonly number[] } = {
  DB1: [0.5, 0.5],
  DB2: [0.34150635094622, 0.59150635094587, 0.15849364905378, -0.09150635094587],
  DB3: [0.2352336038927, 0.57055845791731, 0.32518250026371, -0.09546720778426, -0.06041610415535, 0.02490874986589],
  DB4: [
    0.16290171402562, 0.50547285754565, 0.44610006912319, -0.01978751311791, -0.13225358368437, 0.02180815023739, 0.02325180053556,
    -0.00749349466513,
  ],
  DB5: [
    0.11320949129173, 0.42697177135271, 0.51216347213016, 0.09788348067375, -0.17132835769133, -0.02280056594205, 0.05485132932108,
    -0.00441340005433, -0.00889593505093, 0.0023587139692,
  ],
};

export interface Filters {
  readonly taps: number;
  /** Taps of sum √2, in the precision of a float, filled up to ten with zeros. */
  readonly low: Float64Array;
  /** The same ones from behind, every second one negative. */
  readonly high: Float64Array;
}

export const mostTaps = 10;

export function filtersOf(type: Exclude<WaveletType, "NONE">): Filters {
  const taps = scaling[type].map((tap) => Math.fround(Math.SQRT2 * Math.fround(tap)));
  const low = new Float64Array(mostTaps);
  const high = new Float64Array(mostTaps);
  low.set(taps);
  high.set([...taps].reverse().map((tap, k) => (k % 2 === 0 ? tap : -tap)));
  return { taps: taps.length, low, high };
}
