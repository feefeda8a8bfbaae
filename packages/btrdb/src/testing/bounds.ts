import { refusal, serverCode } from "./refusal.js";

/** The first instant that a stream can hold, 1933-06-19: the tree's root begins here. */
export const firstTime = -(16n << 56n);
/** The instant after the last one, 2079-08-07. */
export const endOfTime = 48n << 56n;

/** Rejects 413 unless `firstTime <= start < end < endOfTime`. */
export function checkRange(start: bigint, end: bigint): void {
  if (start < firstTime || end >= endOfTime || start >= end) {
    throw refusal(serverCode.invalidTimeRange, `invalid time range [${start}, ${end})`);
  }
}

/** The multiple of 2^bits at or before `time`, also for negative times. */
export function floorTo(time: bigint, bits: number): bigint {
  return (time >> BigInt(bits)) << BigInt(bits);
}

/** The nearest instant that a range can begin or end with. */
export function withinBounds(time: bigint): bigint {
  if (time < firstTime) return firstTime;
  return time > endOfTime ? endOfTime : time;
}
