import { integerMean, integerStdev } from "./exact-moments.js";
import type { Operation } from "./operations.js";
import { quartilePlace } from "./quantiles.js";
import { ratioToDouble } from "./rounding.js";

/** The statistics of 64-bit integers: each exact, then rounded once to a double, as CPython has it for its integers. */
export function integerStatistics(values: readonly bigint[]): (operation: Operation) => number {
  // A window has a value: in bounds.
  const at = (index: number) => sorted[index] as bigint;
  const sorted = [...values].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
  const { length } = sorted;
  const quartile = (which: 1 | 3) => {
    const { index, weight } = quartilePlace(which, length);
    return ratioToDouble(at(index - 1) * BigInt(4 - weight) + at(index) * BigInt(weight), 4n);
  };
  const compute: { readonly [O in Operation]: () => number } = {
    min: () => Number(at(0)),
    q1: () => quartile(1),
    mean: () => integerMean(sorted),
    median: () => ratioToDouble(at((length - 1) >> 1) + at(length >> 1), 2n),
    stdev: () => integerStdev(sorted),
    q3: () => quartile(3),
    max: () => Number(at(length - 1)),
  };
  return (operation) => compute[operation]();
}
