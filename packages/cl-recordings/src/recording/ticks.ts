import { type Instant, timeToTick, toNanos } from "@sonde/core";
import { sondeError } from "@sonde/core/connector";
import type { RecordingClock } from "./clock.js";

/** A tick: the number of a frame, counted from the recording's start. A number must be whole. */
export type Tick = bigint | number;

/** Half open, in ticks (`from`, `to`) or in times (`start`, `end`); without bounds, everything. */
export type TickRangeOptions = {
  readonly from?: Tick | undefined;
  /** Exclusive. */
  readonly to?: Tick | undefined;
  readonly start?: Instant | undefined;
  /** Exclusive. */
  readonly end?: Instant | undefined;
};
/** Half open. */
export type TickRange = { readonly from: bigint; readonly to: bigint };

const lowest = -(2n ** 63n);
const highest = 2n ** 63n;

/** Rejects `options` for a number that is no whole tick, for bounds of both kinds at one end, and for a range that ends before it starts. */
export function toTickRange(options: TickRangeOptions, clock: RecordingClock): TickRange {
  const from = bound(options.from, options.start, "from", "start", clock) ?? lowest;
  const to = bound(options.to, options.end, "to", "end", clock) ?? highest;
  if (from > to) throw invalid("from", `the range ${from} to ${to} ends before it starts: swap its bounds`);
  return { from, to };
}

export function toTick(tick: Tick, path = "tick"): bigint {
  if (typeof tick === "bigint") return tick;
  if (Number.isSafeInteger(tick)) return BigInt(tick);
  throw invalid(path, `${String(tick)} is no tick: ticks are whole numbers of frames, 2665n for instance`);
}

function bound(
  tick: Tick | undefined,
  time: Instant | undefined,
  tickName: string,
  timeName: string,
  clock: RecordingClock,
): bigint | undefined {
  if (tick !== undefined && time !== undefined)
    throw invalid(tickName, `${tickName} is in ticks and ${timeName} in times: give one of them`);
  if (tick !== undefined) return toTick(tick, tickName);
  return time === undefined ? undefined : timeToTick(clock, toNanos(time));
}

function invalid(path: string, message: string) {
  return sondeError("options", message, { issues: [{ path, message }] });
}
