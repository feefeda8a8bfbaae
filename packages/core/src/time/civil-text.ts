import { type CivilTime, daysInMonth } from "./calendar.js";
import { nanosPerSecond } from "./nanos.js";
import { refuse, shown } from "./refuse.js";
import type { Nanos } from "./types.js";

/** A time as its text gives it; `offset` is local time minus UTC, absent where the text says none. */
export interface WrittenTime extends CivilTime {
  readonly offset?: Nanos | undefined;
}

const zero = 48;
const longestText = 64;

/** Two digits at `at`, or -1; past the end `charCodeAt` is NaN, which is no digit. */
function twoDigits(text: string, at: number): number {
  const tens = text.charCodeAt(at) - zero;
  const ones = text.charCodeAt(at + 1) - zero;
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : -1;
}

function fail(text: string, reason: string): never {
  throw refuse(`${shown(text)} is not a time: ${reason}; write it like "2024-02-29T12:30:00.123456789Z"`);
}

/**
 * Reads ISO 8601 extended form as RFC 3339 profiles it: `YYYY-MM-DD`, then `T`, `t` or a space and `hh:mm`, `hh:mm:ss` or
 * `hh:mm:ss` with 1 to 9 digits after `.` or `,`, then `Z`, `z`, `±hh`, `±hhmm`, `±hh:mm` or (local mean times) `±hh:mm:ss`.
 * Beyond RFC 3339 there are years `±YYYYYY` (ECMA-262, Date Time String Format) and 24:00:00, the end of its day (ISO 8601-1:2019/Amd 1:2022).
 * The calendar is checked; whether second 60 existed is the caller's question. Anything else is an error `options`.
 */
export function readCivilText(text: string): WrittenTime {
  if (text.length > longestText) fail(text, `it has more than ${longestText} characters`);
  const first = text.charCodeAt(0);
  const signed = first === 43 || first === 45;
  let at = signed ? 7 : 4;
  const century = twoDigits(text, at - 4);
  const ofCentury = twoDigits(text, at - 2);
  const tenThousands = signed ? twoDigits(text, 1) : 0;
  if (century < 0 || ofCentury < 0 || tenThousands < 0)
    fail(text, signed ? "a signed year has six digits" : "it does not begin with a year of four digits");
  const magnitude = tenThousands * 10_000 + century * 100 + ofCentury;
  const year = first === 45 ? -magnitude : magnitude;
  if (first === 45 && magnitude === 0) fail(text, "year 0 has no minus sign");

  const month = twoDigits(text, at + 1);
  const day = twoDigits(text, at + 4);
  if (text.charCodeAt(at) !== 45 || text.charCodeAt(at + 3) !== 45 || month < 0 || day < 0) fail(text, "the date is not YYYY-MM-DD");
  if (month < 1 || month > 12) fail(text, `there is no month ${month}`);
  if (day < 1 || day > daysInMonth(year, month)) fail(text, `that month has no day ${day}`);
  at += 6;
  if (at === text.length) return { year, month, day, hour: 0, minute: 0, second: 0, nanosecond: 0 };

  const separator = text.charCodeAt(at);
  if (separator !== 84 && separator !== 116 && separator !== 32) fail(text, "after the date comes T and a time of day, or nothing");
  const hour = twoDigits(text, at + 1);
  const minute = twoDigits(text, at + 4);
  if (hour < 0 || minute < 0 || text.charCodeAt(at + 3) !== 58) fail(text, "the time of day is not hh:mm or hh:mm:ss");
  at += 6;
  let second = 0;
  let nanosecond = 0;
  if (text.charCodeAt(at) === 58) {
    second = twoDigits(text, at + 1);
    if (second < 0) fail(text, "the seconds are not two digits");
    at += 3;
    const mark = text.charCodeAt(at);
    if (mark === 46 || mark === 44) {
      const start = ++at;
      for (let digit = text.charCodeAt(at) - zero; digit >= 0 && digit <= 9; digit = text.charCodeAt(++at) - zero) {
        if (at - start === 9) fail(text, "more than nine digits are finer than a nanosecond, and Sonde does not round");
        nanosecond = nanosecond * 10 + digit;
      }
      if (at === start) fail(text, "no digits follow the decimal mark");
      for (let digits = at - start; digits < 9; digits++) nanosecond *= 10;
    }
  }
  if (minute > 59) fail(text, `there is no minute ${minute}`);
  if (second > 60) fail(text, `there is no second ${second}`);
  if (hour > 24) fail(text, `there is no hour ${hour}`);
  if (hour === 24 && (minute > 0 || second > 0 || nanosecond > 0)) fail(text, "hour 24 is only the end of a day, 24:00:00");
  return { year, month, day, hour, minute, second, nanosecond, offset: readOffset(text, at) };
}

function readOffset(text: string, at: number): Nanos | undefined {
  if (at === text.length) return undefined;
  const sign = text.charCodeAt(at);
  if (sign === 90 || sign === 122) {
    if (at + 1 < text.length) fail(text, "something follows the Z");
    return 0n;
  }
  if (sign !== 43 && sign !== 45) fail(text, "the time of day is followed by neither Z nor an offset like +05:30");
  const hours = twoDigits(text, at + 1);
  at += 3;
  let minutes = 0;
  let seconds = 0;
  if (at < text.length) {
    const colon = text.charCodeAt(at) === 58 ? 1 : 0;
    minutes = twoDigits(text, at + colon);
    at += 2 + colon;
    if (colon === 1 && text.charCodeAt(at) === 58) {
      seconds = twoDigits(text, at + 1);
      at += 3;
    }
  }
  if (hours < 0 || minutes < 0 || seconds < 0 || at !== text.length) fail(text, "its offset is not Z, +05:30, +0530 or +05");
  if (hours > 23 || minutes > 59 || seconds > 59) fail(text, "its offset goes beyond 23:59");
  const total = BigInt(hours * 3600 + minutes * 60 + seconds) * nanosPerSecond;
  return sign === 45 ? -total : total;
}
