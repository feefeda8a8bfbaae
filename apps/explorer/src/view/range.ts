import { maxNanos, minNanos, type TimeRange } from "@sonde/core";
import { earlier, later } from "../time/order.js";

/** No view is shorter: a pixel then is far below a nanosecond. */
export const shortest = 4n;
/** Parts that a range is divided into where a fraction of it is asked for. */
const parts = 2 ** 30;

/** The instant at a fraction (0 to 1) of a range, to about a billionth of it. */
export function timeAt({ start, end }: TimeRange, fraction: number): bigint {
  return start + ((end - start) * BigInt(Math.round(fraction * parts))) / BigInt(parts);
}

/** Where an instant lies in a range: 0 at its start, 1 at its end, outside beyond. */
export function fractionOf({ start, end }: TimeRange, time: bigint): number {
  return Number(time - start) / Number(end - start);
}

/** Shorter (`factor` below 1) or longer, keeping the instant at `fraction` where it is. */
export function zoomed(range: TimeRange, factor: number, fraction = 0.5): TimeRange {
  const span = range.end - range.start;
  // Of long ranges a double's 53 bits are enough; of short ones they are all.
  const wanted = BigInt(Math.round(Math.min(Number(span) * factor, 2 ** 63)));
  const length = wanted < shortest ? shortest : wanted;
  const fixed = timeAt(range, fraction);
  const start = fixed - timeAt({ start: 0n, end: length }, fraction);
  return inside({ start, end: start + length });
}

/** Moved by a fraction of itself: later where it is positive. */
export function panned(range: TimeRange, fraction: number): TimeRange {
  const by = timeAt({ start: 0n, end: range.end - range.start }, fraction);
  return inside({ start: range.start + by, end: range.end + by });
}

/** From one instant to another, in either order, never shorter than the shortest view. */
export function between(a: bigint, b: bigint): TimeRange {
  const [start, end] = a < b ? [a, b] : [b, a];
  return inside({ start, end: end - start < shortest ? start + shortest : end });
}

/** Inside the nanoseconds of 64 bits; as long as before where that is possible. */
function inside({ start, end }: TimeRange): TimeRange {
  if (start < minNanos) return { start: minNanos, end: earlier(minNanos + (end - start), maxNanos) };
  if (end > maxNanos) return { start: later(maxNanos - (end - start), minNanos), end: maxNanos };
  return { start, end };
}
