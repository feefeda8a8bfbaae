import type { NdArray } from "@sonde/core/connector";

/** Values that are looked at to find percentiles; of more, every so many. */
const sample = 65_536;

/**
 * The values at two percentiles (0 to 100), so that a few hot pixels don't leave the rest in the dark. Exact up to 65 536 finite values, of
 * every n-th beyond. Equal ends are moved apart.
 */
export function percentiles(data: NdArray["data"], [low, high]: readonly [number, number]): readonly [number, number] {
  const step = Math.max(1, Math.ceil(data.length / sample));
  const values: number[] = [];
  for (let at = 0; at < data.length; at += step) {
    const value = Number(data[at]);
    if (Number.isFinite(value)) values.push(value);
  }
  const sorted = Float64Array.from(values).sort();
  const at = (percent: number) => sorted[Math.round(((sorted.length - 1) * percent) / 100)] ?? 0;
  const [from, to] = [at(low), at(high)];
  return from < to ? [from, to] : [from, from + 1];
}
