import { ceilDivide, commonDivisor, floorDivide, int64Within, maxNanos, minNanos } from "./nanos.js";
import { refuse } from "./refuse.js";
import type { Clock, Nanos } from "./types.js";

const next = "check the clock's origin and the tick counts";

function checkRunning(clock: Clock): void {
  if (clock.ticks <= 0n || clock.per <= 0n)
    throw refuse(`a clock of ${clock.ticks} ticks in ${clock.per} ns does not run: both must be positive`);
}

/** The time of a tick, `origin + floor(tick * per / ticks)`. Beyond 64 bits it is an error `limit`. */
export function tickToTime(clock: Clock, tick: bigint): Nanos {
  checkRunning(clock);
  return int64Within(clock.origin + floorDivide(tick * clock.per, clock.ticks), "time of a tick", next);
}

/**
 * The first tick at or after a time, so that a half-open range of times becomes the half-open range of the same rows in ticks.
 * `timeToTick(clock, tickToTime(clock, k))` is k wherever ticks are at least 1 ns apart. Beyond 64 bits it is an error `limit`.
 */
export function timeToTick(clock: Clock, time: Nanos): bigint {
  checkRunning(clock);
  // floor(k * per / ticks) >= d  <=>  k >= d * ticks / per, for whole d.
  return int64Within(ceilDivide((time - clock.origin) * clock.ticks, clock.per), "tick", next);
}

/**
 * {@link tickToTime} for a column of ticks in any order; a few ns a tick. One tick whose time is beyond 64 bits refuses them all: error `limit`.
 */
export function ticksToTimes(clock: Clock, ticks: BigInt64Array): BigInt64Array<ArrayBuffer> {
  checkRunning(clock);
  const divisor = commonDivisor(clock.ticks, clock.per);
  const ticksPer = clock.ticks / divisor;
  const per = clock.per / divisor;
  const { origin } = clock;
  const first = ceilDivide((minNanos - origin) * ticksPer, per);
  const end = ceilDivide((maxNanos + 1n - origin) * ticksPer, per);
  const times = new BigInt64Array(ticks.length);
  if (ticksPer === 1n) {
    const refused = wholeTicks({ origin, per, first, end }, ticks, times);
    if (refused !== undefined) tickToTime(clock, refused);
    return times;
  }
  // Whole turns and the rest apart: the products stay within 64 bits for every clock of up to 1 GHz, where the engine needs no big integers.
  // By index, which is three times as fast as an iterator here.
  for (let row = 0; row < ticks.length; row++) {
    const tick = ticks[row] as bigint; // row < length
    if (tick < first || tick >= end) tickToTime(clock, tick);
    let turns = tick / ticksPer;
    let rest = tick - turns * ticksPer;
    if (rest < 0n) {
      rest += ticksPer;
      turns -= 1n;
    }
    times[row] = origin + turns * per + (rest * per) / ticksPer;
  }
  return times;
}

/** Of ticks that last whole nanoseconds: a loop so plain that the engine runs it on 64 bits. Gives the tick whose time does not fit. */
function wholeTicks(
  { origin, per, first, end }: { readonly origin: bigint; readonly per: bigint; readonly first: bigint; readonly end: bigint },
  ticks: BigInt64Array,
  times: BigInt64Array,
): bigint | undefined {
  for (let row = 0; row < ticks.length; row++) {
    const tick = ticks[row] as bigint; // row < length
    if (tick < first || tick >= end) return tick;
    times[row] = origin + tick * per;
  }
  return undefined;
}
