import { type Clock, formatNanos, formatSpan, type TimeRange, taiToUtc, tickToTime, timeToTick, utcToTai } from "@sonde/core";
import { type TimeTicks, timeTicks } from "@sonde/plot";

/** What times are counted from where the zone is no calendar's: the start of what is shown, and the clock of the first trace. */
export type TimeContext = { readonly origin: bigint; readonly clock?: Clock | undefined };

/** Zones that are no IANA names. */
export const specialZones = ["UTC", "local", "TAI", "ns", "relative", "ticks"] as const;

/** Whether times can be shown in it. */
export function isZone(zone: string): boolean {
  if (specialZones.some((special) => special === zone)) return true;
  try {
    formatNanos(0n, { zone });
    return true;
  } catch {
    return false;
  }
}

/** The IANA name of the zone that is meant; undefined for UTC. */
function calendarZone(zone: string): string | undefined {
  if (zone === "UTC") return undefined;
  return zone === "local" ? Intl.DateTimeFormat().resolvedOptions().timeZone : zone;
}

/** Exact to the nanosecond: RFC 3339, or a number where the zone is one. Before 1972 TAI is shown as UTC: they differ by no whole second. */
export function timeText(time: bigint, zone: string, { origin, clock }: TimeContext): string {
  if (zone === "ns") return String(time);
  if (zone === "relative") return `${time < origin ? "" : "+"}${formatSpan(time - origin)}`;
  if (zone === "ticks" && clock !== undefined) return `tick ${timeToTick(clock, time)}`;
  if (zone === "TAI" && hasTai(time)) return formatNanos(utcToTai(time)).replace("Z", " TAI");
  return formatNanos(time, { zone: zone === "TAI" || zone === "ticks" ? undefined : calendarZone(zone) });
}

const firstTai = 63_072_000_000_000_000n;
const hasTai = (time: bigint) => time >= firstTai;

/** Round instants of a range, at most `count`, with labels in the zone. */
export function ticksIn(range: TimeRange, count: number, zone: string, context: TimeContext): TimeTicks {
  if (zone === "ns")
    return numbered(
      range,
      count,
      (time) => time,
      (value) => value,
      shortDigits(range),
      `ns since 1970, from ${range.start}`,
    );
  if (zone === "relative") {
    const { origin } = context;
    const label = (value: bigint) => (value < 0n ? "" : "+") + formatSpan(value);
    return numbered(
      range,
      count,
      (time) => time - origin,
      (value) => value + origin,
      label,
      `from ${formatNanos(origin)}`,
    );
  }
  const { clock } = context;
  if (zone === "ticks" && clock !== undefined) {
    return numbered(
      range,
      count,
      (time) => timeToTick(clock, time),
      (tick) => tickToTime(clock, tick),
      String,
      "ticks",
    );
  }
  if (zone === "TAI" && hasTai(range.start)) {
    const { ticks, context: shown } = timeTicks({ start: utcToTai(range.start), end: utcToTai(range.end) }, count);
    return { ticks: ticks.map(({ time, label }) => ({ time: taiToUtc(time), label })), context: shown.replace(/UTC$/, "TAI") };
  }
  return timeTicks(range, count, zone === "TAI" || zone === "ticks" ? undefined : calendarZone(zone));
}

/** Ticks at round numbers (1, 2 or 5 times a power of ten) of what `numberOf` counts. */
function numbered(
  { start, end }: TimeRange,
  count: number,
  numberOf: (time: bigint) => bigint,
  timeOf: (value: bigint) => bigint,
  label: (value: bigint) => string,
  context: string,
): TimeTicks {
  const [first, last] = [numberOf(start), numberOf(end)];
  const step = roundStep((last - first) / BigInt(Math.max(1, count)) + 1n);
  const ticks = [];
  for (let value = ceilTo(first, step); value < last; value += step) {
    const time = timeOf(value);
    if (time >= start && time < end) ticks.push({ time, label: label(value) });
  }
  return { ticks, context };
}

function roundStep(least: bigint): bigint {
  for (let decade = 1n; ; decade *= 10n) for (const factor of [1n, 2n, 5n]) if (decade * factor >= least) return decade * factor;
}

function ceilTo(value: bigint, step: bigint): bigint {
  const rest = ((value % step) + step) % step;
  return rest === 0n ? value : value - rest + step;
}

/** Nineteen digits are more than an axis has room for: the last ones, which differ. */
function shortDigits({ start, end }: TimeRange): (value: bigint) => string {
  const digits = String(end - start).length + 1;
  return (value) => (String(value).length <= digits ? String(value) : `…${String(value).slice(-digits)}`);
}
