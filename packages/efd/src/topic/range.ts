import { type Instant, maxNanos, minNanos, type TimeRange, toNanos } from "@sonde/core";

/** Half open; a bound left out is open. Text without an offset is UTC. */
export type RangeInput = { readonly start?: Instant | undefined; readonly end?: Instant | undefined };

/** Undefined for everything. */
export function rangeOf(range: RangeInput | undefined): TimeRange | undefined {
  if (range === undefined || (range.start === undefined && range.end === undefined)) return undefined;
  return {
    start: range.start === undefined ? minNanos : toNanos(range.start),
    end: range.end === undefined ? maxNanos : toNanos(range.end),
  };
}
