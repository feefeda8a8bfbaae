import { nanosOfCivil } from "./calendar.js";
import { readCivilText } from "./civil-text.js";
import { formatNanos, formatOffset } from "./format.js";
import { writtenToNanos } from "./instant.js";
import { instantWithin, nanosPerSecond } from "./nanos.js";
import { refuse, shown } from "./refuse.js";
import type { Nanos } from "./types.js";
import { zoneOffset } from "./zone-offset.js";

/** No zone has ever been further from UTC than 15 h 56 min (Manila, local mean time until 1844). */
const furthest = 16n * 3600n * nanosPerSecond;

/**
 * The instant of a local time in an IANA zone. The text is as for `toNanos`, without an offset.
 * A local time that daylight saving skips or gives twice is an error `options`, which names the instants it could mean.
 *
 * @example
 * ```ts
 * inZone("2024-07-01T12:00", "Europe/Zurich"); // 1719828000000000000n
 * ```
 */
export function inZone(text: string, zone: string): Nanos {
  if (typeof text !== "string") throw refuse(`${shown(text)} is not a local time: write text like "2024-07-01T12:00"`);
  const time = readCivilText(text);
  if (time.offset !== undefined) throw refuse(`${shown(text)} has an offset already: leave out the offset, or the zone`);
  // Second 60 comes before a midnight of UTC, so its offset is that of second 59.
  const local = nanosOfCivil(time.second === 60 ? { ...time, second: 59 } : time);
  instantWithin(local, shown(text));

  // The offsets on both sides, and those at the instants that they give, in case of two changes within the span.
  const around = [zoneOffset(zone, local - furthest), zoneOffset(zone, local + furthest)];
  const offsets = new Set([...around, ...around.map((offset) => zoneOffset(zone, local - offset))]);
  const matching = [...offsets].filter((offset) => zoneOffset(zone, local - offset) === offset).sort((a, b) => (a > b ? -1 : 1));
  const [first, second] = matching;
  if (first === undefined) throw refuse(gap(text, zone, local, [...offsets]));
  if (second !== undefined) {
    throw refuse(
      `${shown(text)} happens twice in ${zone}: write ${written(local, first)} for the first, ${written(local, second)} for the second`,
    );
  }
  return writtenToNanos(time, first, text);
}

function gap(text: string, zone: string, local: Nanos, offsets: readonly Nanos[]): string {
  // Read by the offset of before, the time lies after the change; and the other way round.
  const readings = offsets.map((offset) => formatNanos(local - offset, { zone })).sort();
  const earlier = readings.at(0) ?? "";
  const later = readings.at(-1) ?? "";
  return `${shown(text)} does not exist in ${zone}, whose clocks are put forward over it: write ${shorter(earlier)} or ${shorter(later)}`;
}

function written(local: Nanos, offset: Nanos): string {
  return shorter(formatNanos(local).slice(0, -1) + formatOffset(offset));
}

/** Without a fraction of nothing but zeros. */
function shorter(text: string): string {
  return `"${text.replace(".000000000", "")}"`;
}
