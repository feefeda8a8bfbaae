import { ceilDivide, floorDivide, isNanos } from "./nanos.js";
import { refuse } from "./refuse.js";
import { formatSpan } from "./span.js";
import type { Nanos, TimeRange } from "./types.js";

/** Whether no instant lies in the range: its exclusive end is not after its start. */
export function isEmpty(range: TimeRange): boolean {
  return range.end <= range.start;
}

/** `start <= time < end`. */
export function contains(range: TimeRange, time: Nanos): boolean {
  return range.start <= time && time < range.end;
}

/** What both ranges hold. Ranges that do not meet give an empty one, whose end is its start. */
export function intersect(a: TimeRange, b: TimeRange): TimeRange {
  let { start, end } = a;
  if (b.start > start) start = b.start;
  if (b.end < end) end = b.end;
  if (end < start) end = start;
  return { start, end };
}

/**
 * The smallest run of whole windows `[k*width, (k+1)*width)`, k counted from the epoch, that holds the range; empty for an empty range.
 * A width that is not positive, or windows that reach beyond 64 bits, are an error `options`.
 */
export function roundOutward(range: TimeRange, width: Nanos): TimeRange {
  if (width <= 0n) throw refuse(`a window's width must be positive, and ${width} ns is not`);
  const start = floorDivide(range.start, width) * width;
  const end = isEmpty(range) ? start : ceilDivide(range.end, width) * width;
  if (!isNanos(start) || !isNanos(end)) {
    throw refuse(
      `windows of ${formatSpan(width)} over this range reach beyond the nanoseconds of 64 bits (1677 to 2262): choose a narrower range or width`,
    );
  }
  return { start, end };
}
