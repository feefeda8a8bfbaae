import { type Batches, type Many, nowNanos, type Row, type Span, sondeError, toCsv, toSpan } from "@sonde/core";
import { mapConcurrent } from "@sonde/core/bytes";
import type { Table } from "@sonde/core/connector";
import { writeCsv } from "@sonde/core/node";
import type { CallOptions } from "../call.js";
import { type Answer, answerOf, type RawPoint, rawPointsIn, type StatPoint, statPointsIn } from "../points/answer.js";
import { earlier, type RangeOptions, rangeOf } from "../points/clock.js";
import { versionNumber } from "../points/version.js";
import { uuidBytes } from "../uuid.js";
import { passes, type StreamFilter } from "./filter.js";
import type { InsertOptions } from "./insert.js";
import type { PointsInput } from "./points-to-insert.js";
import { about, latestVersion, type Session } from "./session.js";
import { type JoinOptions, joinStreams, requestOf, type SetPlan } from "./set-plan.js";
import type { BtrdbStream, CountOptions } from "./stream.js";

export type FilterOptions = StreamFilter & RangeOptions;
/** By uuid. */
export type ByUuid<T> = ReadonlyMap<string, T> | { readonly [uuid: string]: T };
export type CsvFileOptions = JoinOptions & {
  /** Between cells; a comma without. */
  readonly delimiter?: "," | ";" | "\t" | undefined;
};

/**
 * Streams that are read together, in order. A set is never changed: `filter`, `pinVersions`, `windows` and `alignedWindows` make another.
 * Reading takes as many requests at a time as the connection's `concurrency`, and begins anew each time.
 */
export interface BtrdbStreamSet<Point = RawPoint> extends Iterable<BtrdbStream> {
  readonly length: number;
  at(index: number): BtrdbStream | undefined;
  get(uuid: string): BtrdbStream | undefined;
  /** Only the streams that pass all of it. Bounds are of time, half open, and go in the place of those before. */
  filter(options: FilterOptions): BtrdbStreamSet<Point>;
  /** Read at these versions, or at those of now: all later reads give the same. Points that no commit holds yet are left out: `flush` them. */
  pinVersions(versions?: ByUuid<bigint>, options?: CallOptions): Promise<BtrdbStreamSet<Point>>;
  /** The pinned version of each stream, else its latest. */
  versions(options?: CallOptions): Promise<Map<string, bigint>>;
  /** Read statistics of windows of this width in place of points. */
  windows(options: { readonly width: Span; readonly depth?: number | undefined }): BtrdbStreamSet<StatPoint>;
  /** Read statistics of aligned windows of 2^pointWidth ns in place of points. */
  alignedWindows(options: { readonly pointWidth: number }): BtrdbStreamSet<StatPoint>;
  /**
   * Read points at the instants of a grid that begins at the set's `start`, in place of their own: of each instant the nearest point within
   * half a step, null where there is none. The step is a whole `period`, or by an exact `frequency` in hertz, whose instants don't drift.
   */
  snap(options: { readonly period: Span } | { readonly frequency: number }): BtrdbStreamSet<RawPoint>;
  clone(): BtrdbStreamSet<Point>;

  /** The points of each stream, all in memory. */
  values(options?: CallOptions): Promise<Point[][]>;
  /** Each stream's own answer, to be read one by one. */
  series(options?: CallOptions): readonly Answer<Point>[];
  /**
   * The outer join on time, piece by piece: columns `collection/name`, null where a stream has no point. Each column says which version it is
   * of: `versionOf(table.schema.fields[1])`.
   */
  read(options?: JoinOptions): Batches;
  rows(options?: JoinOptions): Many<Row>;
  table(options?: JoinOptions & { readonly maxBytes?: number | undefined }): Promise<Table>;
  toObjects(options?: JoinOptions): Promise<Row[]>;
  /** CSV of the join, times as integer nanoseconds: as text, or into a file, which appears when it is whole. */
  toCsv(options?: CsvFileOptions): Promise<string>;
  toCsv(path: string, options?: CsvFileOptions): Promise<void>;

  /** The sum over the streams. */
  count(options?: Omit<CountOptions, keyof RangeOptions>): Promise<number>;
  /** Of each stream, in the set's bounds. */
  counts(options?: Omit<CountOptions, keyof RangeOptions>): Promise<number[]>;
  earliest(options?: CallOptions): Promise<(RawPoint | undefined)[]>;
  latest(options?: CallOptions): Promise<(RawPoint | undefined)[]>;
  /** The last point before now, in the set's bounds. */
  current(options?: CallOptions): Promise<(RawPoint | undefined)[]>;
  /** Resolves with the version after the last point of each. */
  insert(points: ByUuid<PointsInput>, options?: InsertOptions): Promise<Map<string, bigint>>;
}

export function createStreamSet(session: Session, streams: readonly BtrdbStream[], plan: Partial<SetPlan> = {}): BtrdbStreamSet<RawPoint> {
  // Without windows, the points of a set are raw.
  return streamSet(session, streams, { range: {}, versions: new Map(), ...plan }) as BtrdbStreamSet<RawPoint>;
}

function streamSet(session: Session, streams: readonly BtrdbStream[], plan: SetPlan): BtrdbStreamSet<RawPoint | StatPoint> {
  const { range, versions } = plan;
  const another = (changes: Partial<SetPlan>) => streamSet(session, streams, { ...plan, ...changes });
  // The plan says of which kind the points are.
  const windowed = (windows: SetPlan["windows"]) => another({ windows: once(plan, windows) }) as BtrdbStreamSet<StatPoint>;

  /** In order, as many at a time as the connection allows. */
  async function each<T>(work: (stream: BtrdbStream, call: CallOptions) => Promise<T>, options: CallOptions): Promise<T[]> {
    const results: T[] = [];
    const signal = options.signal ?? new AbortController().signal;
    const mapped = mapConcurrent(streams, session.concurrency, (stream, call) => work(stream, { ...options, ...call }), { signal });
    for await (const one of mapped) results.push(one);
    return results;
  }
  const seriesOf = (stream: BtrdbStream, options: CallOptions): Answer<RawPoint | StatPoint> =>
    answerOf<RawPoint | StatPoint>(
      session,
      requestOf(plan, stream),
      about(uuidBytes(stream.uuid), options),
      plan.windows === undefined ? rawPointsIn : statPointsIn,
    );
  const versionOf = (stream: BtrdbStream) => versions.get(stream.uuid) ?? 0n;
  const { start, end } = rangeOf(range);
  const inside = (point: RawPoint | undefined) => (point !== undefined && point.time >= start && point.time < end ? point : undefined);
  const read = (options: JoinOptions = {}) => joinStreams(session, streams, plan, options);
  const csv = (options: CsvFileOptions) => ({ times: "nanos", ...(options.delimiter ? { delimiter: options.delimiter } : {}) }) as const;

  return {
    get length() {
      return streams.length;
    },
    [Symbol.iterator]: () => streams[Symbol.iterator](),
    at: (index) => streams.at(index),
    get: (uuid) => streams.find((stream) => stream.uuid === uuid.toLowerCase()),
    filter(options) {
      const bounds = { start: options.start ?? range.start, end: options.end ?? range.end };
      const next = options.span === undefined ? bounds : rangeOf({ start: bounds.start, span: options.span });
      const { start: from, end: to } = rangeOf(next);
      if (from === to) throw sondeError("options", "the bounds of a set hold no time: end is exclusive", {});
      const left = streams.filter((stream) => passes(stream, options));
      return streamSet(session, left, { ...plan, range: next });
    },
    async pinVersions(given, options = {}) {
      if (given === undefined) return another({ versions: await this.versions(options) });
      return another({ versions: new Map(entriesOf(given).map(([uuid, version]) => [known(streams, uuid).uuid, versionNumber(version)])) });
    },
    async versions(options = {}) {
      const found = await each(async (stream, call): Promise<[string, bigint]> => {
        return [stream.uuid, versionOf(stream) || (await latestVersion(session, uuidBytes(stream.uuid), call)).major];
      }, options);
      return new Map(found);
    },
    windows({ width, depth = 0 }) {
      const nanoseconds = toSpan(width);
      if (nanoseconds <= 0n) throw sondeError("options", "the width of a window must be longer than nothing", {});
      return windowed({ kind: "windows", width: nanoseconds, depth });
    },
    alignedWindows({ pointWidth }) {
      if (!Number.isInteger(pointWidth) || pointWidth < 0 || pointWidth > 63) {
        throw sondeError("options", `pointWidth is the logarithm of nanoseconds, a whole number from 0 to 63, not ${pointWidth}`, {});
      }
      return windowed({ kind: "aligned", pointWidth });
    },
    snap(options) {
      if (range.start === undefined) throw sondeError("options", "a grid begins at the set's start: filter({ start }) first", {});
      if (plan.windows !== undefined) throw sondeError("options", "windows stand on a grid already: snap the points of a set", {});
      // Without windows, the points of a set are raw.
      return another({ snap: stepOf(options) }) as BtrdbStreamSet<RawPoint>;
    },
    clone: () => another({}),

    values: (options = {}) => each((stream, call) => seriesOf(stream, call).points().toArray(), options),
    series: (options = {}) => streams.map((stream) => seriesOf(stream, options)),
    read,
    rows: (options) => read(options).rows(),
    table: async ({ maxBytes, ...options } = {}) => read(options).table(maxBytes === undefined ? {} : { maxBytes }),
    toObjects: (options) => read(options).rows().toArray(),
    // The overloads' own types.
    toCsv: (async (first: string | CsvFileOptions = {}, second: CsvFileOptions = {}) => {
      if (typeof first !== "string") return toCsv(await read(first).table(), csv(first));
      // Of a join that reads nothing: a file without rows has its header all the same.
      const { schema } = await joinStreams(session, streams, { ...plan, range: { start: 0n, end: 0n } }, second).table();
      await writeCsv(read(second), first, { ...csv(second), schema, signal: second.signal });
      return undefined;
    }) as BtrdbStreamSet["toCsv"],

    async count(options = {}) {
      return (await this.counts(options)).reduce((sum, one) => sum + one, 0);
    },
    counts: ({ version, approximate, ...options } = {}) =>
      each((stream, call) => stream.count({ start, end, approximate, version: version ?? versionOf(stream), ...call }), options),
    earliest: (options = {}) =>
      each(async (stream, call) => inside(await stream.nearest(start, { version: versionOf(stream), ...call })), options),
    latest: (options = {}) =>
      each(async (stream, call) => inside(await stream.nearest(end, { backward: true, version: versionOf(stream), ...call })), options),
    current: (options = {}) => {
      const now = nowNanos();
      const before = earlier(now, end);
      return each(
        async (stream, call) => inside(await stream.nearest(before, { backward: true, version: versionOf(stream), ...call })),
        options,
      );
    },
    async insert(points, options = {}) {
      const given = new Map(entriesOf(points).map(([uuid, input]) => [known(streams, uuid).uuid, input]));
      const written = await each(async (stream, call): Promise<[string, bigint] | undefined> => {
        const input = given.get(stream.uuid);
        return input && [stream.uuid, await stream.insert(input, { ...options, ...call })];
      }, options);
      return new Map(written.filter((one) => one !== undefined));
    },
  };
}

function stepOf(options: { readonly period: Span } | { readonly frequency: number }): NonNullable<SetPlan["snap"]> {
  if ("period" in options) {
    const per = toSpan(options.period);
    if (per > 0n) return { ticks: 1n, per };
    throw sondeError("options", "the period of a grid must be longer than nothing", {});
  }
  const { frequency } = options;
  // A thousandth of a hertz: 59.94 and the like are exact.
  const ticks = Math.round(frequency * 1000);
  if (ticks > 0 && ticks <= 1e12 && Math.abs(frequency * 1000 - ticks) < 1e-6) return { ticks: BigInt(ticks), per: 1_000_000_000_000n };
  throw sondeError("options", `a frequency is in hertz, with three decimals at most, and up to 1e9, not ${frequency}: give a period`, {});
}

function once(plan: SetPlan, windows: SetPlan["windows"]): SetPlan["windows"] {
  if (plan.snap !== undefined) throw sondeError("options", "the set reads points at a grid: begin with the set before snap()", {});
  if (plan.windows === undefined) return windows;
  throw sondeError("options", "the set reads windows already: begin with the set before windows() or alignedWindows()", {});
}

function entriesOf<T>(values: ByUuid<T>): (readonly [string, T])[] {
  return values instanceof Map ? [...values] : Object.entries(values);
}

function known(streams: readonly BtrdbStream[], uuid: string): BtrdbStream {
  const found = streams.find((stream) => stream.uuid === uuid.toLowerCase());
  if (found !== undefined) return found;
  throw sondeError("not-found", `no stream '${uuid}' in the set: it has ${streams.length} others`, { id: uuid });
}
