import type { Nanos, TimeRange } from "@sonde/core";
import { isSondeError } from "@sonde/core";
import type { BackEndCall } from "../backends/types.js";
import type { BadPackages } from "../options.js";
import type { DriftPackage } from "../package/package.js";
import type { PackageSignal, SampleTiming } from "../package/signal.js";
import { lowerBoundOf } from "./lower-bound.js";
import type { Session } from "./session.js";
import { judged, type PackageProblem, walked } from "./walk.js";

/** Time without samples between two packages. */
export interface Gap extends TimeRange {
  /** Names of the packages before and after it. */
  readonly after: string;
  readonly before: string;
}
/** Time that two packages hold: samples of the later one are left out where the earlier has some. */
export interface Overlap extends TimeRange {
  readonly first: string;
  readonly second: string;
  /** Values of `second` that were left out. */
  readonly dropped: number;
}

/** What stitching found. */
export interface SignalReport {
  readonly gaps: Gap[];
  readonly overlaps: Overlap[];
  readonly problems: PackageProblem[];
}

export type SignalQuery = {
  readonly range?: TimeRange | undefined;
  readonly scale: number;
  readonly sampleTiming: SampleTiming;
  readonly bad: BadPackages;
};

/** Samples of one package inside of the range. Null values stand for a package that can't be read, under the policy "null". */
export type SignalPiece =
  | { readonly times: BigInt64Array; readonly values: Float32Array; readonly scale: number }
  | { readonly time: Nanos; readonly values: null };

/**
 * The samples of a topic over all its packages, times ascending. `report` grows as pieces come. A package belongs to a range by the times
 * of its samples: how far those lie from its id is taken from the newest package, twice as far is looked.
 */
export async function* signalPieces(
  session: Session,
  topic: string,
  { range, scale, sampleTiming, bad }: SignalQuery,
  report: SignalReport,
  call: BackEndCall,
): AsyncGenerator<SignalPiece> {
  if (range !== undefined && range.start >= range.end) return;
  const ids = range && (await widened(session, topic, range, call));
  let before: { readonly name: string; readonly stop: Nanos; readonly step: Nanos } | undefined;
  for await (const step of walked(session, topic, { range: ids }, call)) {
    let pkg = judgedInto(step, bad, report);
    let signal: PackageSignal | undefined;
    if (pkg) {
      try {
        signal = pkg.signal({ scale, sampleTiming });
      } catch (error) {
        if (!isSondeError(error)) throw error;
        const { id, name } = pkg;
        pkg = judgedInto({ problem: { topic, id, name, error } }, bad, report);
      }
    }
    if (signal === undefined || !pkg) {
      const time = step.package?.time ?? (step.problem?.id ?? 0n) * 1_000_000n;
      const inside = range === undefined || (time >= range.start && time < range.end);
      if (pkg === null && inside && (before === undefined || time >= before.stop)) {
        before = { name: step.package?.name ?? step.problem?.name ?? "", stop: time, step: before?.step ?? 0n };
        yield { time, values: null };
      }
      continue;
    }
    const { name } = pkg;
    const times = signal.times();
    const start = before === undefined ? signal.start : before.stop;
    let first = 0;
    if (before !== undefined && signal.start < before.stop) {
      first = lowerBoundOf(times, before.stop);
      const end = earlier(signal.stop, before.stop);
      report.overlaps.push({ start: signal.start, end, first: before.name, second: name, dropped: first });
    } else if (before !== undefined && signal.start - start > before.step) {
      const gap = { start, end: signal.start };
      const seen = range === undefined || (gap.start < range.end && gap.end > range.start);
      if (seen) report.gaps.push({ ...gap, after: before.name, before: name });
    }
    if (before === undefined || signal.stop > before.stop) {
      before = { name, stop: signal.stop, step: (signal.stop - signal.start) / BigInt(Math.max(1, signal.size)) };
    }
    const from = range === undefined ? first : Math.max(first, lowerBoundOf(times, range.start));
    const to = range === undefined ? times.length : lowerBoundOf(times, range.end);
    if (from < to) yield { times: times.subarray(from, to), values: signal.values.subarray(from, to), scale: signal.scale };
  }
}

function judgedInto(step: Parameters<typeof judged>[0], bad: BadPackages, report: SignalReport): DriftPackage | null | undefined {
  const result = judged(step, bad);
  if (step.problem !== undefined) report.problems.push(step.problem);
  return result;
}

/** The range of ids that can have samples in a range of times. */
async function widened(session: Session, topic: string, { start, end }: TimeRange, call: BackEndCall): Promise<TimeRange> {
  const reach = await reachOf(session, topic, call);
  return { start: start - 2n * reach.after, end: end + 2n * reach.before };
}

/** How far before and after the id of the newest package its samples lie. */
async function reachOf(session: Session, topic: string, call: BackEndCall): Promise<{ readonly before: Nanos; readonly after: Nanos }> {
  try {
    const newest = await session.newest(topic, call);
    if (newest?.meta?.kind === "time-series") {
      const { start = newest.time, stop = newest.time } = newest.meta;
      const length = stop > start ? stop - start : 0n;
      return { before: newest.time > start ? newest.time - start : length, after: stop > newest.time ? stop - newest.time : 0n };
    }
  } catch (error) {
    // The walk itself says what is wrong with it.
    call.signal.throwIfAborted();
    if (!isSondeError(error, "format")) throw error;
  }
  return { before: 0n, after: 0n };
}

const earlier = (a: Nanos, b: Nanos): Nanos => (a < b ? a : b);
