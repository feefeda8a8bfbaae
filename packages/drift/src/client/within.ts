import { type Instant, maxNanos, minNanos, nowNanos, type Span, type TimeRange, toNanos, toSpan } from "@sonde/core";

/** Half open. `last` counts back from the topic's newest package; `start: "now-5s"` from the clock on the wall. */
export type Within =
  | { readonly start?: Instant | undefined; readonly end?: Instant | undefined; readonly last?: undefined }
  | { readonly last: Span; readonly start?: undefined; readonly end?: undefined };

/** Undefined is everything. `newest`, one nanosecond after the last, is asked only where `last` needs it. */
export async function rangeOf(within: Within, newest: () => Promise<bigint | undefined>): Promise<TimeRange | undefined> {
  if (within.last !== undefined) {
    const span = toSpan(within.last);
    const end = await newest();
    return end === undefined ? { start: 0n, end: 0n } : { start: end - span, end };
  }
  if (within.start === undefined && within.end === undefined) return undefined;
  const now = nowNanos();
  const start = within.start === undefined ? minNanos : toNanos(within.start, { now });
  return { start, end: within.end === undefined ? maxNanos : toNanos(within.end, { now }) };
}
