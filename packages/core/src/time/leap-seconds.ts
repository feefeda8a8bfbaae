import { dayNumber } from "./calendar.js";
import { nanosPerSecond } from "./nanos.js";
import type { Nanos } from "./types.js";

/** From `from` (POSIX ns of a UTC midnight, inclusive) until the next step, TAI is ahead of UTC by `taiMinusUtc` (ns). */
export interface LeapSecondStep {
  readonly from: Nanos;
  readonly taiMinusUtc: Nanos;
}

/** The days from whose midnight one second more counts: the day after each leap second, and 1972-01-01, where today's UTC began with 10 s. */
const firstDays: readonly (readonly [year: number, month: number])[] = [
  [1972, 1],
  [1972, 7],
  [1973, 1],
  [1974, 1],
  [1975, 1],
  [1976, 1],
  [1977, 1],
  [1978, 1],
  [1979, 1],
  [1980, 1],
  [1981, 7],
  [1982, 7],
  [1983, 7],
  [1985, 7],
  [1988, 1],
  [1990, 1],
  [1991, 1],
  [1992, 7],
  [1993, 7],
  [1994, 7],
  [1996, 1],
  [1997, 7],
  [1999, 1],
  [2006, 1],
  [2009, 1],
  [2012, 7],
  [2015, 7],
  [2017, 1],
];

const nanosPerDay = 86_400n * nanosPerSecond;
const midnight = (year: number, month: number, day: number) => BigInt(dayNumber(year, month, day)) * nanosPerDay;

/**
 * TAI - UTC since 1972, ascending: 10 s on 1972-01-01 and 27 leap seconds, 37 s since 2017-01-01.
 * As IERS Bulletin C announces them, to Bulletin C 72 of 2026-07-06 (no leap second in December 2026); the same steps as IANA's leap-seconds.list.
 */
export const leapSeconds: readonly LeapSecondStep[] = Object.freeze(
  firstDays.map(([year, month], index) =>
    Object.freeze({ from: midnight(year, month, 1), taiMinusUtc: BigInt(10 + index) * nanosPerSecond }),
  ),
);

/** 2027-06-28T00:00:00Z: from then on a leap second may have been announced that {@link leapSeconds} does not know (the expiry of IANA's leap-seconds.list). */
export const leapSecondsExpiry: Nanos = midnight(2027, 6, 28);

const ends = new Set(leapSeconds.slice(1).map((step) => step.from));

/** Whether the second before this instant, named 23:59:60, was a leap second; `end` is POSIX ns. */
export function endsLeapSecond(end: Nanos): boolean {
  return ends.has(end);
}
