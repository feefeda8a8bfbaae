import { nanosOfCivil } from "./calendar.js";
import { readCivilText, type WrittenTime } from "./civil-text.js";
import { formatNanos } from "./format.js";
import { endsLeapSecond } from "./leap-seconds.js";
import { instantWithin, isNanos } from "./nanos.js";
import { nowNanos } from "./now.js";
import { refuse, shown } from "./refuse.js";
import { toSpan } from "./span.js";
import type { Instant, Nanos } from "./types.js";

/**
 * The nanosecond that an instant means. Nothing is rounded and nothing depends on the machine's zone.
 *
 * - `bigint`: nanoseconds. `Date`: its milliseconds. An object with `epochNanoseconds`: Temporal's `Instant` and `ZonedDateTime`.
 * - Text as of RFC 3339 or ISO 8601 with up to nine digits of a second (`.` or `,`). Without an offset it is UTC, and so is a bare date.
 *   `24:00:00` is the end of its day. A leap second `23:59:60.5Z` is taken only where there was one; POSIX time has no number of its own for it,
 *   so it means the same as `00:00:00.5Z` after it.
 * - Text of digits alone, perhaps with a leading `-`, is nanoseconds, however it looks: `"20240229"` is 20 ms after the epoch, never a date.
 * - `"now"`, `"now-5m"`, `"now+1h30m"`: the wall clock, or `options.now`, by which the two ends of a range share one present.
 *
 * Anything else, a plain number first of all, is an error `options` that says what to write instead; so is an instant beyond 64 bits.
 *
 * @example
 * ```ts
 * toNanos("2018-01-01T12:30Z"); // 1514809800000000000n
 * ```
 */
export function toNanos(instant: Instant, options: { readonly now?: Nanos | undefined } = {}): Nanos {
  // JavaScript's callers are not held to `Instant`.
  const value: unknown = instant;
  switch (typeof value) {
    case "bigint":
      return instantWithin(value, shown(value));
    case "string":
      return textToNanos(value, options.now);
    case "number":
      throw refuse(numberMessage(value));
    case "object":
      if (value !== null) return objectToNanos(value);
  }
  throw refuse(`${shown(value)} is not a time: write a bigint of nanoseconds, a Date, or text like "2024-02-29T12:30:00Z"`);
}

function textToNanos(text: string, now: Nanos | undefined): Nanos {
  if (text.startsWith("now")) return relativeToNanos(text, now);
  // Nearly every text is a date, told by its first dash without a regular expression.
  if (text.charCodeAt(4) !== 45 && text.length <= 64 && /^-?\d+$/.test(text)) return instantWithin(BigInt(text), shown(text));
  const time = readCivilText(text);
  return writtenToNanos(time, time.offset ?? 0n, text);
}

/** The instant of a written time at an offset (local minus UTC); checks second 60 and the int64 range. */
export function writtenToNanos(time: WrittenTime, offset: Nanos, text: string): Nanos {
  const nanos = nanosOfCivil(time) - offset;
  if (time.second === 60 && !endsLeapSecond(nanos - BigInt(time.nanosecond))) {
    throw refuse(
      `${shown(text)} names a leap second where there was none: IERS announced 27 of them, all at the end of a UTC June or December, and this table holds until 2027-06-28`,
    );
  }
  return instantWithin(nanos, shown(text));
}

function relativeToNanos(text: string, now: Nanos | undefined): Nanos {
  const present = now ?? nowNanos();
  if (text.length === 3) return present;
  const sign = text.charAt(3);
  if (sign !== "+" && sign !== "-") throw refuse(`${shown(text)} is not a time: write "now", "now-5m" or "now+1h30m"`);
  const span = toSpan(text.slice(4));
  return instantWithin(sign === "-" ? present - span : present + span, shown(text));
}

function objectToNanos(value: object): Nanos {
  const nanos: unknown = "epochNanoseconds" in value ? value.epochNanoseconds : undefined;
  if (typeof nanos === "bigint") return instantWithin(nanos, "epochNanoseconds");
  const milliseconds = millisecondsOf(value);
  if (milliseconds === undefined) {
    throw refuse(
      "an object without a bigint `epochNanoseconds` is not a time: give a Date, a Temporal.Instant or a Temporal.ZonedDateTime",
    );
  }
  if (Number.isNaN(milliseconds)) throw refuse("the Date is invalid: check the text it was made from");
  return instantWithin(BigInt(milliseconds) * 1_000_000n, "the Date");
}

/** Undefined for all but dates. Those of another realm (a frame, a vm context) fail `instanceof`, and what passes it need not be one. */
function millisecondsOf(value: object): number | undefined {
  try {
    return Date.prototype.getTime.call(value);
  } catch {
    return undefined;
  }
}

/** What the caller may have meant by a number, told by its size: seconds until the year 5138, then milliseconds, then nanoseconds. */
function numberMessage(value: number): string {
  if (!Number.isFinite(value)) return `${value} is not a time: write a bigint of nanoseconds, a Date, or text like "2024-02-29T12:30:00Z"`;
  const whole = Math.trunc(value);
  const size = Math.abs(whole);
  const scale = size < 1e11 ? 1_000_000_000n : size < 1e14 ? 1_000_000n : 1n;
  const nanos = BigInt(whole) * scale;
  const date =
    scale === 1n
      ? ""
      : `, new Date(${scale === 1_000_000n ? whole : `${whole} * 1000`}) for ${scale === 1_000_000n ? "milliseconds" : "seconds"}`;
  const text = isNanos(nanos) ? `, or "${formatNanos(nanos, { digits: 0 })}"` : "";
  return `a plain number is ambiguous: write ${BigInt(whole)}n (nanoseconds)${date}${text}`;
}
