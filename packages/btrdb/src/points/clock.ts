import { formatNanos, type Instant, type Nanos, nowNanos, type Span, sondeError, type TimeRange, toNanos, toSpan } from "@sonde/core";

/** The first instant that BTrDB stores: -(16 << 56), 1933-06-20T00:01:35.393153024Z. */
export const minimumTime: Nanos = -(16n << 56n);
/** The exclusive end of all that BTrDB stores, and of every range: (48 << 56) - 1, 2079-08-08T23:55:13.820540927Z. */
export const maximumTime: Nanos = (48n << 56n) - 1n;

/** Half open. Open bounds are those of BTrDB's clock. */
export type RangeOptions = {
  readonly start?: Instant | undefined;
  /** Exclusive. */
  readonly end?: Instant | undefined;
  /** In place of `end`: how long from `start`. */
  readonly span?: Span | undefined;
};

/**
 * The range that options mean. Rejects `options` where it ends before it begins, or passes the bounds of BTrDB's clock.
 */
export function rangeOf({ start, end, span }: RangeOptions): TimeRange {
  const now = nowNanos();
  if (span !== undefined && (end !== undefined || start === undefined)) throw refuse("span goes with start, and without end");
  const from = start === undefined ? minimumTime : toNanos(start, { now });
  const to = span !== undefined ? from + toSpan(span) : end === undefined ? maximumTime : toNanos(end, { now });
  if (from > to) throw refuse(`the range begins at ${formatNanos(from)}, after its end at ${formatNanos(to)}`);
  if (from < minimumTime || to > maximumTime) {
    throw refuse(`BTrDB's clock runs from ${formatNanos(minimumTime)} to ${formatNanos(maximumTime)}; the range passes it`);
  }
  return { start: from, end: to };
}

/** The part of a range that BTrDB's clock has; undefined where there is none. */
export function insideClock({ start, end }: TimeRange): TimeRange | undefined {
  const from = later(start, minimumTime);
  const to = earlier(end, maximumTime);
  return from < to ? { start: from, end: to } : undefined;
}

export function earlier(one: Nanos, other: Nanos): Nanos {
  if (one < other) return one;
  return other;
}

export function later(one: Nanos, other: Nanos): Nanos {
  if (one > other) return one;
  return other;
}

function refuse(message: string) {
  return sondeError("options", message, {});
}
