import type { TimeRange } from "@sonde/core";
import type { Piece } from "../tiles/cache.js";
import { later } from "../time/order.js";

/** What a trace says at an instant: the row or window there. */
export type Reading = {
  readonly time: bigint;
  readonly mid: number;
  readonly low?: number | undefined;
  readonly high?: number | undefined;
};

/** The window that holds the instant, or the nearest row; undefined where nothing is loaded, or the nearest is further than `reach` ns. */
export function readingAt(pieces: readonly Piece[], time: bigint, reach: bigint): Reading | undefined {
  let best: Reading | undefined;
  let distance = reach + 1n;
  for (const { tile, range } of pieces) {
    const { times, mid, low, high } = tile.data;
    const width = tile.level.kind === "windows" ? tile.level.width : 0n;
    const after = firstAfter(times, time);
    for (const row of [after - 1, after]) {
      const at = times[row];
      if (at === undefined || at + width <= range.start || at >= range.end) continue;
      const away = time < at ? at - time : time < at + width ? 0n : time - at - width;
      if (away >= distance) continue;
      distance = away;
      best = { time: at, mid: mid[row] ?? Number.NaN, low: low?.[row], high: high?.[row] };
    }
  }
  return best;
}

/** The first row behind an instant. */
export function firstAfter(times: BigInt64Array, time: bigint): number {
  let [low, high] = [0, times.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    // In bounds: low <= middle < high <= length.
    if ((times[middle] as bigint) <= time) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The next row after an instant, or the last one before it; undefined where none is loaded. */
export function rowBeside(pieces: readonly Piece[], time: bigint, forwards: boolean): bigint | undefined {
  let best: bigint | undefined;
  for (const { tile, range } of pieces) {
    const { times } = tile.data;
    const after = firstAfter(times, time);
    const at = forwards ? times[after] : times[times[after - 1] === time ? after - 2 : after - 1];
    if (at === undefined || at < range.start || at >= range.end) continue;
    if (best === undefined || (forwards ? at < best : at > best)) best = at;
  }
  return best;
}

/** Of rows: how many, least, greatest and mean. Of windows the same, merged from those that lie wholly inside. */
export type Selected = { readonly count: number; readonly low: number; readonly high: number; readonly mean: number };

export function selected(pieces: readonly Piece[], within: TimeRange): Selected | undefined {
  let [count, low, high, sum] = [0, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0];
  for (const { tile, range } of pieces) {
    const { times, mid, low: lows, high: highs, count: counts } = tile.data;
    const width = tile.level.kind === "windows" ? tile.level.width : 1n;
    for (let row = firstAfter(times, later(within.start, range.start) - 1n); row < times.length; row++) {
      const at = times[row] ?? 0n;
      if (at + width > within.end || at >= range.end) break;
      const value = mid[row] ?? Number.NaN;
      if (!Number.isFinite(value)) continue;
      const weight = counts?.[row] ?? 1;
      count += weight;
      sum += value * weight;
      low = Math.min(low, lows?.[row] ?? value);
      high = Math.max(high, highs?.[row] ?? value);
    }
  }
  return count === 0 ? undefined : { count, low, high, mean: sum / count };
}
