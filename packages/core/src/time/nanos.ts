import { sondeError } from "../errors.js";
import { refuse } from "./refuse.js";
import type { Nanos } from "./types.js";

/** The first instant of the int64 range: 1677-09-21T00:12:43.145224192Z. */
export const minNanos: Nanos = -(2n ** 63n);
/** The last instant of the int64 range: 2262-04-11T23:47:16.854775807Z. As an exclusive bound it leaves itself out. */
export const maxNanos: Nanos = 2n ** 63n - 1n;

export const nanosPerSecond = 1_000_000_000n;

/** Whether the value fits the 64 bits of an Arrow timestamp. */
export function isNanos(value: bigint): value is Nanos {
  return value >= minNanos && value <= maxNanos;
}

/** `value`, or an error `options` for an instant that a person wrote and that 64 bits can't hold; `name` is what he wrote. */
export function instantWithin(value: bigint, name: string): Nanos {
  if (isNanos(value)) return value;
  throw refuse(
    `${name} lies outside the nanoseconds of 64 bits, which run from 1677-09-21T00:12:43.145224192Z to 2262-04-11T23:47:16.854775807Z: choose a time between them`,
  );
}

/** `value`, or an error `limit` for a computed `what` that 64 bits can't hold. */
export function int64Within(value: bigint, what: string, next: string): bigint {
  if (value >= minNanos && value <= maxNanos) return value;
  const allowed = value < 0n ? minNanos : maxNanos;
  throw sondeError("limit", `${what} ${value} does not fit a 64-bit integer: ${next}`, { what, asked: value, allowed });
}

/** Division towards minus infinity; `divisor` is positive. BigInt's own `/` goes towards zero, which moves times before 1970. */
export function floorDivide(dividend: bigint, divisor: bigint): bigint {
  const quotient = dividend / divisor;
  return dividend < 0n && quotient * divisor !== dividend ? quotient - 1n : quotient;
}

/** Division towards plus infinity; `divisor` is positive. */
export function ceilDivide(dividend: bigint, divisor: bigint): bigint {
  const quotient = dividend / divisor;
  return dividend > 0n && quotient * divisor !== dividend ? quotient + 1n : quotient;
}

/** The greatest common divisor of two positive integers. */
export function commonDivisor(a: bigint, b: bigint): bigint {
  while (b !== 0n) [a, b] = [b, a % b];
  return a;
}
