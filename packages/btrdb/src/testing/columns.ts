import type { RawPoints } from "../wire/raw-points.js";
import type { StatPoints } from "../wire/stat-points.js";
import type { Window, WindowGrid } from "./snapshot.js";
import { emptySummary, type Summary, stddevOf } from "./summary.js";

/** Pieces of any size as pieces of `size` points but for the last; at least one, which may be empty. */
export function* pointGroups(pieces: Iterable<RawPoints>, size: number): Generator<RawPoints> {
  let times = new BigInt64Array(size);
  let values = new Float64Array(size);
  let count = 0;
  let any = false;
  for (const piece of pieces) {
    for (let from = 0; from < piece.times.length; ) {
      const to = Math.min(piece.times.length, from + size - count);
      times.set(piece.times.subarray(from, to), count);
      values.set(piece.values.subarray(from, to), count);
      count += to - from;
      from = to;
      if (count < size) continue;
      yield { times, values };
      any = true;
      times = new BigInt64Array(size);
      values = new Float64Array(size);
      count = 0;
    }
  }
  if (count > 0 || !any) yield { times: times.subarray(0, count), values: values.subarray(0, count) };
}

/** A window as it is sent. */
export type TimedSummary = { readonly time: bigint; readonly summary: Summary };

/** `empty`: with zeros for windows without points, but for the last one. */
export function* timedWindows(windows: Iterable<Window>, grid: WindowGrid, empty: boolean): Generator<TimedSummary> {
  let next = 0n;
  for (const { index, summary } of windows) {
    if (empty) for (; next < index; next++) yield { time: grid.origin + next * grid.width, summary: emptySummary };
    yield { time: grid.origin + index * grid.width, summary };
    next = index + 1n;
  }
  if (empty) for (; next < grid.count - 1n; next++) yield { time: grid.origin + next * grid.width, summary: emptySummary };
}

export function statColumns(windows: readonly TimedSummary[]): StatPoints {
  return {
    times: BigInt64Array.from(windows, (window) => window.time),
    min: Float64Array.from(windows, (window) => window.summary.min),
    mean: Float64Array.from(windows, (window) => window.summary.mean),
    max: Float64Array.from(windows, (window) => window.summary.max),
    count: BigUint64Array.from(windows, (window) => BigInt(window.summary.count)),
    stddev: Float64Array.from(windows, (window) => stddevOf(window.summary)),
  };
}
