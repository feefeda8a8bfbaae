import { formatNanos, type Nanos, type TimeRange, toNanos } from "@sonde/core";
import { type TimeStep, timeStep } from "./time-step.js";

export type TimeTick = { readonly time: Nanos; readonly label: string };
export type TimeTicks = {
  readonly ticks: readonly TimeTick[];
  /** What the labels leave out: the date, or the second that all of them lie in. */
  readonly context: string;
};

const day = 86_400_000_000_000n;
const second = 1_000_000_000n;

/**
 * At most `count` round instants of a range, ascending, with the shortest labels that tell them apart. They are round in the local time of
 * `zone` (an IANA name; UTC without), and exact: between two ticks of 1 ns lies a nanosecond.
 */
export function timeTicks(range: TimeRange, count: number, zone?: string): TimeTicks {
  const step = timeStep(range.end - range.start, count);
  const times = step.unit === "nanosecond" ? fixedTicks(range, step.every, zone) : calendarTicks(range, step, zone);
  return {
    ticks: times.map((time) => ({ time, label: label(time, step, zone) })),
    context: contextOf(range, step, zone),
  };
}

/** Multiples of the step, counted from a local midnight, so that they are round where the clocks of the zone are. */
function fixedTicks({ start, end }: TimeRange, every: bigint, zone: string | undefined): Nanos[] {
  const times: Nanos[] = [];
  // Steps of a second and less divide every offset of a zone.
  const shift = every <= second ? 0n : offsetAt(start, zone);
  for (let time = ceilTo(start + shift, every) - shift; time < end; time += every) {
    // After a change of the clocks the local time is another: the tick is put back on its round hour.
    const moved = every <= second ? 0n : offsetAt(time, zone) - shift;
    const put = every > 3600n * second ? time - moved : time;
    if (put >= start && put < end && put !== times.at(-1)) times.push(put);
  }
  return times;
}

function calendarTicks(
  { start, end }: TimeRange,
  { unit, every }: Exclude<TimeStep, { unit: "nanosecond" }>,
  zone: string | undefined,
): Nanos[] {
  const times: Nanos[] = [];
  const text = formatNanos(start, { digits: 0, zone });
  let [year, month] = [Number(text.slice(0, 4)), unit === "year" ? 1 : Number(text.slice(5, 7))];
  if (unit === "year") year -= year % every;
  else month -= (month - 1) % every;
  for (;;) {
    const midnight = `${String(year).padStart(4, "0")}-${String(month).padStart(2, "0")}-01T00:00:00Z`;
    // Int64 ends in 2262.
    if (year > 2261) return times;
    const utc = toNanos(midnight);
    const time = utc - offsetAt(utc - offsetAt(utc, zone), zone);
    if (time >= end) return times;
    if (time >= start) times.push(time);
    if (unit === "year") year += every;
    else {
      month += every;
      if (month > 12) [year, month] = [year + 1, month - 12];
    }
  }
}

function ceilTo(value: bigint, step: bigint): bigint {
  const rest = ((value % step) + step) % step;
  return rest === 0n ? value : value - rest + step;
}

/** Local minus UTC, from the text of the instant. */
function offsetAt(time: Nanos, zone: string | undefined): bigint {
  if (zone === undefined) return 0n;
  const local = formatNanos(time, { zone });
  return toNanos(`${local.slice(0, 29)}Z`) - time;
}

function label(time: Nanos, step: TimeStep, zone: string | undefined): string {
  const text = formatNanos(time, { zone });
  if (step.unit !== "nanosecond") return text.slice(0, step.unit === "year" ? 4 : 7);
  const { every } = step;
  if (every % day === 0n) return text.slice(5, 10);
  if (every % (60n * second) === 0n) return text.slice(11, 16) === "00:00" ? text.slice(5, 10) : text.slice(11, 16);
  if (every % second === 0n) return text.slice(11, 19);
  return text.slice(17, 20 + fractionDigits(every));
}

/** Digits of a second that a step needs: 9 for 1 ns, 3 for 1 ms. */
function fractionDigits(every: bigint): number {
  let digits = 9;
  for (let rest = every; digits > 1 && rest % 10n === 0n; rest /= 10n) digits -= 1;
  return digits;
}

function contextOf({ start }: TimeRange, step: TimeStep, zone: string | undefined): string {
  const text = formatNanos(start, { zone });
  const name = zone ?? "UTC";
  if (step.unit !== "nanosecond") return name;
  if (step.every % day === 0n) return `${text.slice(0, 4)}, ${name}`;
  if (step.every % second === 0n) return `${text.slice(0, 10)}, ${name}`;
  return `${text.slice(0, 16).replace("T", " ")}, seconds, ${name}`;
}
