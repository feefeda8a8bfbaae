import { nanosPerSecond } from "./nanos.js";
import type { Nanos } from "./types.js";

/** A date of the proleptic Gregorian calendar; month and day count from 1. */
export interface CivilDate {
  readonly year: number;
  readonly month: number;
  readonly day: number;
}
/** A date and a time of day, of no particular zone. `second` is 60 in a leap second; `hour` is 24 at the end of a day. */
export interface CivilTime extends CivilDate {
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  readonly nanosecond: number;
}

const monthStarts = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334];
const monthLengths = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
const daysPerEra = 146_097;
/** From 0000-03-01 to 1970-01-01. */
const daysToEpoch = 719_468;

function isLeapYear(year: number): boolean {
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
}

/** 0 for a month that does not exist. */
export function daysInMonth(year: number, month: number): number {
  return month === 2 && isLeapYear(year) ? 29 : (monthLengths[month - 1] ?? 0);
}

/** Days since 1970-01-01; the date is valid. */
export function dayNumber(year: number, month: number, day: number): number {
  const before = year - 1;
  const leapDays = Math.floor(before / 4) - Math.floor(before / 100) + Math.floor(before / 400);
  const afterFebruary = month > 2 && isLeapYear(year) ? 1 : 0;
  return 365 * year + leapDays + (monthStarts[month - 1] ?? 0) + afterFebruary + day - 719_528;
}

/** The date of a day number. Years are counted from March, so that the leap day is a year's last (cf. Hinnant, "chrono-Compatible Low-Level Date Algorithms"). */
export function dateOfDay(days: number): CivilDate {
  const sinceMarch = days + daysToEpoch;
  const era = Math.floor(sinceMarch / daysPerEra);
  const dayOfEra = sinceMarch - era * daysPerEra;
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)) / 365,
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const fromMarch = Math.floor((5 * dayOfYear + 2) / 153);
  const month = fromMarch < 10 ? fromMarch + 3 : fromMarch - 9;
  return {
    year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0),
    month,
    day: dayOfYear - Math.floor((153 * fromMarch + 2) / 5) + 1,
  };
}

/** The instant of a time read as UTC. Not yet checked against the int64 range. */
export function nanosOfCivil(time: CivilTime): Nanos {
  const seconds = dayNumber(time.year, time.month, time.day) * 86_400 + time.hour * 3600 + time.minute * 60 + time.second;
  return BigInt(seconds) * nanosPerSecond + BigInt(time.nanosecond);
}
