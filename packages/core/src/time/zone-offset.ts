import { nanosOfCivil } from "./calendar.js";
import { floorDivide, nanosPerSecond } from "./nanos.js";
import { refuse, shown } from "./refuse.js";
import type { Nanos } from "./types.js";

/** Formatters are dear (about 50 µs), and names are text from outside: so they are kept, but not without end. */
const formatters = new Map<string, Intl.DateTimeFormat>();
const kept = 64;

function formatterOf(zone: string): Intl.DateTimeFormat {
  const known = formatters.get(zone);
  if (known !== undefined) return known;
  // Newer engines take offsets as zones too; an offset belongs into the text of the time.
  if (typeof zone !== "string" || !/^[A-Za-z]/.test(zone)) throw unknownZone(zone);
  let formatter: Intl.DateTimeFormat;
  try {
    formatter = new Intl.DateTimeFormat("en-u-ca-gregory-nu-latn", {
      timeZone: zone,
      hourCycle: "h23",
      year: "numeric",
      month: "numeric",
      day: "numeric",
      hour: "numeric",
      minute: "numeric",
      second: "numeric",
    });
  } catch (error) {
    throw unknownZone(zone, error);
  }
  if (formatters.size >= kept) formatters.clear();
  formatters.set(zone, formatter);
  return formatter;
}

function unknownZone(zone: string, cause?: unknown) {
  return refuse(`there is no time zone ${shown(zone)} here: write an IANA name like "Europe/Zurich"`, cause);
}

/**
 * How far a zone's local time is ahead of UTC at an instant, in ns (whole seconds; negative west of Greenwich), by the engine's own IANA data.
 * A few microseconds a call. An unknown zone is an error `options`.
 */
export function zoneOffset(zone: string, nanos: Nanos): Nanos {
  const formatter = formatterOf(zone);
  const whole = floorDivide(nanos, nanosPerSecond);
  const fields = { year: 0, month: 0, day: 0, hour: 0, minute: 0, second: 0 };
  for (const { type, value } of formatter.formatToParts(Number(whole) * 1000)) {
    if (type in fields) fields[type as keyof typeof fields] = Number(value); // by the line's own test
  }
  return nanosOfCivil({ ...fields, nanosecond: 0 }) - whole * nanosPerSecond;
}
