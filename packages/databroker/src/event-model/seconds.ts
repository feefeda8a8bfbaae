import { eventModelError } from "./errors.js";

const billion = 1_000_000_000n;

/**
 * Nanoseconds of a time in float seconds since the Unix epoch. A double holds about 100 ns of today's times, so the last two digits are
 * those of the nearest float: 1700000001.123456 is …123456001. NaN and what lies beyond 64 bits reject with `format`.
 */
export function nanosOf(seconds: number): bigint {
  if (!Number.isFinite(seconds) || Math.abs(seconds) > 9.2e9) {
    throw eventModelError("EventModelValidationError", `${String(seconds)} is no time in seconds since 1970: the document is damaged`, {});
  }
  const whole = Math.floor(seconds);
  return BigInt(whole) * billion + BigInt(Math.round((seconds - whole) * 1e9));
}

/** The float seconds nearest to an instant: how documents write it. */
export function secondsOf(nanos: bigint): number {
  const whole = nanos / billion;
  return Number(whole) + Number(nanos - whole * billion) / 1e9;
}

/** {@link nanosOf} for a column. Cells that are no time become `otherwise`. */
export function nanosOfAll(seconds: ArrayLike<unknown>, otherwise = 0n): BigInt64Array {
  const nanos = new BigInt64Array(seconds.length);
  for (let row = 0; row < seconds.length; row++) {
    const value = seconds[row];
    if (typeof value !== "number" || !(Math.abs(value) <= 9.2e9)) {
      nanos[row] = otherwise;
      continue;
    }
    const whole = Math.floor(value);
    nanos[row] = BigInt(whole) * billion + BigInt(Math.round((value - whole) * 1e9));
  }
  return nanos;
}
