import type { Nanos } from "./types.js";

/** The wall clock's ns at `performance.now() === 0`, corrected as it is read. */
let origin: Nanos | undefined;
let latest: Nanos = 0n;

/** Milliseconds, split before scaling: a float of ns since an origin long ago has no digits left for ns. */
function nanosOfMilliseconds(milliseconds: number): bigint {
  const whole = Math.floor(milliseconds);
  return BigInt(whole) * 1_000_000n + BigInt(Math.round((milliseconds - whole) * 1e6));
}

/**
 * The wall clock in ns, never less than the call before.
 *
 * As exact as the system's clock: always within the millisecond that `Date.now()` gives, so that it follows corrections and survives sleep.
 * Digits below the millisecond come from `performance.now()` (Node: nanoseconds by resolution; browsers: 5 to 100 µs, or coarser by their privacy settings)
 * and order events of this process; they do not make the clock more accurate. When the system's clock is set back, time stands still until it is reached again.
 */
export function nowNanos(): Nanos {
  const elapsed = nanosOfMilliseconds(performance.now());
  const floor = BigInt(Date.now()) * 1_000_000n;
  origin ??= nanosOfMilliseconds(performance.timeOrigin);
  // `performance` drifts from the system's clock, and stops in sleep: move its origin by the least that brings it back into this millisecond.
  const drift = floor - (origin + elapsed);
  if (drift > 0n) origin += drift;
  else if (drift <= -1_000_000n) origin += drift + 999_999n;
  const now = origin + elapsed;
  if (now > latest) latest = now;
  return latest;
}
