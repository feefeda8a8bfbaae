import { dateOfDay } from "./calendar.js";
import { floorDivide, instantWithin, nanosPerSecond } from "./nanos.js";
import { refuse, shown } from "./refuse.js";
import type { Nanos } from "./types.js";
import { zoneOffset } from "./zone-offset.js";

export type FormatOptions = {
  /** Digits of a second; those left out are cut (towards the past), not rounded. Nine are exact, and the default. */
  readonly digits?: 0 | 3 | 6 | 9 | undefined;
  /** An IANA name: prints that zone's local time with its offset instead of UTC with Z. */
  readonly zone?: string | undefined;
};

const pairs = Array.from({ length: 100 }, (_, value) => String(value).padStart(2, "0"));
const pair = (value: number) => pairs[value] ?? "";

/**
 * RFC 3339 text of an instant, "2018-01-01T12:30:00.000000000Z"; `toNanos` reads it back to the same nanosecond.
 * Every int64 has a year of four digits (1677 to 2262). Offsets of local mean time, before zones were agreed, carry seconds: "-04:56:02".
 * A time beyond 64 bits or an unknown zone is an error `options`.
 *
 * @example
 * ```ts
 * formatNanos(1514809800000000000n, { digits: 3, zone: "Asia/Kolkata" }); // "2018-01-01T18:00:00.000+05:30"
 * ```
 */
export function formatNanos(nanos: Nanos, options: FormatOptions = {}): string {
  instantWithin(nanos, shown(nanos));
  const { digits = 9, zone } = options;
  if (digits !== 9 && digits !== 6 && digits !== 3 && digits !== 0) throw refuse(`digits: ${shown(digits)} is not 0, 3, 6 or 9`);
  const offset = zone === undefined ? undefined : zoneOffset(zone, nanos);
  const local = nanos + (offset ?? 0n);
  const wholeSeconds = floorDivide(local, nanosPerSecond);
  const seconds = Number(wholeSeconds);
  const day = Math.floor(seconds / 86_400);
  const ofDay = seconds - day * 86_400;
  const date = dateOfDay(day);
  let text = `${pair(Math.floor(date.year / 100))}${pair(date.year % 100)}-${pair(date.month)}-${pair(date.day)}T${clock(ofDay)}`;
  if (digits > 0) {
    const fraction = Number(local - wholeSeconds * nanosPerSecond);
    text += `.${String(fraction + 1e9).slice(1, digits + 1)}`;
  }
  return offset === undefined ? `${text}Z` : text + formatOffset(offset);
}

function clock(ofDay: number): string {
  const minutes = Math.floor(ofDay / 60);
  return `${pair(Math.floor(minutes / 60))}:${pair(minutes % 60)}:${pair(ofDay % 60)}`;
}

/** `offset` is local minus UTC in whole seconds of ns: "+05:30", "-04:56:02", "+00:00". */
export function formatOffset(offset: Nanos): string {
  const text = clock(Number((offset < 0n ? -offset : offset) / nanosPerSecond));
  return (offset < 0n ? "-" : "+") + (text.endsWith(":00") ? text.slice(0, 5) : text);
}
