import { type Instant, isSondeError, type Metadata, nowNanos, type Span, sondeError, type TimeRange, toNanos, toSpan } from "@sonde/core";
import type { CallOptions } from "../call.js";
import { type Answer, answerOf, type RawPoint, rawPointsIn, type StatPoint, statPointsIn } from "../points/answer.js";
import { maximumTime, minimumTime, type RangeOptions, rangeOf } from "../points/clock.js";
import { versionNumber } from "../points/version.js";
import { type AlignedPlan, windowsFor } from "../points/windows-for.js";
import { BTrDB } from "../proto/btrdb_pb.js";
import { uuidText } from "../uuid.js";
import { countPoints } from "./count.js";
import { type CsvOptions, generateCsv } from "./csv.js";
import { type InsertOptions, insertPoints } from "./insert.js";
import { metadataOf, type StreamMetadata, type Tags } from "./metadata.js";
import type { PointsInput } from "./points-to-insert.js";
import { about, changedRanges, latestVersion, type Session, streamInfo } from "./session.js";
import { type UpdateOptions, updateMetadata } from "./update.js";

export type VersionOptions = CallOptions & {
  /** Read as it was at this version; the latest without, or with 0n. */
  readonly version?: bigint | undefined;
};
export type ReadOptions = RangeOptions & VersionOptions;
export type WindowsOptions = ReadOptions & {
  /** Of each window, from `start` on: nanoseconds or "1s". A last part of the range that is no whole window is left out. */
  readonly width: Span;
  /** Buckets of the tree of 2^depth ns are not looked into: faster and inexact. 0, the default, is exact. */
  readonly depth?: number | undefined;
};
export type AlignedWindowsOptions = ReadOptions & {
  /** Windows are 2^pointWidth ns wide and begin at multiples of that; `start` and `end` are rounded down to them by the server. */
  readonly pointWidth: number;
};
export type NearestOptions = VersionOptions & {
  /** The last point before the time, in place of the first at or after it. */
  readonly backward?: boolean | undefined;
};
export type ChangesOptions = CallOptions & {
  /** Exclusive. */
  readonly from: bigint;
  /** Inclusive; the latest without. */
  readonly to?: bigint | undefined;
  /** Ranges are rounded outward to 2^resolution ns; 0 without. */
  readonly resolution?: number | undefined;
};
export type CountOptions = ReadOptions & {
  /** Count whole buckets of the tree at the edges: cheaper on old servers, and wrong by what they hold outside. */
  readonly approximate?: boolean | undefined;
};

/** A stream of BTrDB. Its metadata are as of the last request for them. */
export interface BtrdbStream {
  /** Lower case, with dashes. */
  readonly uuid: string;
  readonly collection: string;
  /** The tag `name`. */
  readonly name: string;
  /** The tag `unit`. */
  readonly unit: string;
  readonly tags: Tags;
  readonly annotations: Metadata;
  readonly propertyVersion: bigint;

  /** Points as stored, in `[start, end)`; everything without bounds. */
  values(options?: ReadOptions): Answer<RawPoint>;
  /** Statistics of windows of any width from `start` on. Empty windows are left out. */
  windows(options: WindowsOptions): Answer<StatPoint>;
  /** Statistics of the tree's own windows: the cost depends on how many, not on the points in them. Empty ones are left out. */
  alignedWindows(options: AlignedWindowsOptions): Answer<StatPoint>;
  /** The aligned windows that fill a view of so many pixels. Asks nobody. */
  windowsFor(range: RangeOptions, pixels: number): AlignedPlan;
  /** Undefined where there is no point on that side. */
  nearest(time: Instant, options?: NearestOptions): Promise<RawPoint | undefined>;
  earliest(options?: VersionOptions): Promise<RawPoint | undefined>;
  latest(options?: VersionOptions): Promise<RawPoint | undefined>;
  /** The last point before now. */
  current(options?: VersionOptions): Promise<RawPoint | undefined>;
  /** Points in `[start, end)`, exactly, by one request. */
  count(options?: CountOptions): Promise<number>;

  /** Resolves with the version after the last point. */
  insert(points: PointsInput, options?: InsertOptions): Promise<bigint>;
  /** Removes the points in `[start, end)`; both bounds are needed. Resolves with the version after it. */
  delete(range: TimeRange | { readonly start: Instant; readonly end: Instant }, options?: CallOptions): Promise<bigint>;
  update(options: UpdateOptions): Promise<bigint>;
  /** Commits what the server buffers. Resolves with the version after it. */
  flush(options?: CallOptions): Promise<bigint>;
  /** Removes the stream for good; its uuid can't be used again. */
  obliterate(options?: CallOptions): Promise<void>;

  exists(options?: CallOptions): Promise<boolean>;
  /** Asks for the metadata anew. */
  refresh(options?: CallOptions): Promise<void>;
  /** The latest version, never from a cache. */
  version(options?: CallOptions): Promise<bigint>;
  /** Ranges whose points differ between two versions, ascending. */
  changes(options: ChangesOptions): AsyncIterable<TimeRange & { readonly version: bigint }>;
  /** Rows of text that the server prints, the header first. Values have six decimals: for exact ones use a stream set's `toCsv`. */
  csv(options?: CsvOptions): AsyncIterable<readonly string[]>;
}

const noSuchPoint = 401;
const noSuchStream = 404;

export function createStream(session: Session, uuid: Uint8Array, known: StreamMetadata): BtrdbStream {
  const { transport } = session;
  const id = uuidText(uuid);
  let metadata = known;

  async function reread(options: CallOptions): Promise<StreamMetadata> {
    const { descriptor } = await streamInfo(session, uuid, options);
    if (descriptor !== undefined) metadata = metadataOf(descriptor);
    return metadata;
  }
  async function nearest(time: bigint, { version, backward = false, ...options }: NearestOptions): Promise<RawPoint | undefined> {
    try {
      const asked = { uuid, time, backward, versionMajor: versionNumber(version) };
      const { value, versionMajor } = await transport.ask(BTrDB.method.nearest, asked, about(uuid, options));
      return { time: value?.time ?? 0n, value: value?.value ?? 0, version: versionMajor };
    } catch (error) {
      if (hasServerCode(error, noSuchPoint)) return undefined;
      throw error;
    }
  }

  return {
    get uuid() {
      return id;
    },
    get collection() {
      return metadata.collection;
    },
    get name() {
      return metadata.name;
    },
    get unit() {
      return metadata.unit;
    },
    get tags() {
      return metadata.tags;
    },
    get annotations() {
      return metadata.annotations;
    },
    get propertyVersion() {
      return metadata.propertyVersion;
    },

    values({ version, ...options } = {}) {
      const request = { kind: "raw", uuid, ...rangeOf(options), version: versionNumber(version) } as const;
      return answerOf(session, request, about(uuid, options), rawPointsIn);
    },
    windows({ version, width: span, depth = 0, ...options }) {
      const width = toSpan(span);
      if (width <= 0n) throw sondeError("options", 'the width of a window must be longer than nothing: write "1s", or nanoseconds', {});
      checkPower("depth", depth);
      const request = { kind: "windows", uuid, ...rangeOf(options), version: versionNumber(version), width, depth } as const;
      // Shorter than one window: the server would refuse a range without any.
      const end = request.end - request.start < width ? request.start : request.end;
      return answerOf(session, { ...request, end }, about(uuid, options), statPointsIn);
    },
    alignedWindows({ version, pointWidth, ...options }) {
      checkPower("pointWidth", pointWidth);
      const request = { kind: "aligned", uuid, ...rangeOf(options), version: versionNumber(version), pointWidth } as const;
      const floor = (time: bigint) => (time >> BigInt(pointWidth)) << BigInt(pointWidth);
      const none = floor(request.start) === floor(request.end);
      return answerOf(session, none ? { ...request, end: request.start } : request, about(uuid, options), statPointsIn);
    },
    windowsFor: (range, pixels) => windowsFor(rangeOf(range), pixels),
    nearest: async (time, options = {}) => nearest(toNanos(time), options),
    earliest: (options = {}) => nearest(minimumTime, options),
    latest: (options = {}) => nearest(maximumTime, { ...options, backward: true }),
    current: async (options = {}) => nearest(nowNanos(), { ...options, backward: true }),
    async count({ version, approximate = false, ...options } = {}) {
      return countPoints(session, { uuid, ...rangeOf(options), version: versionNumber(version) }, approximate, about(uuid, options));
    },

    insert: (points, options = {}) => insertPoints(session, uuid, points, options),
    async delete(range, options = {}) {
      const { start, end } = rangeOf(range);
      if (start === end) return (await latestVersion(session, uuid, options)).major;
      return (await transport.ask(BTrDB.method.delete, { uuid, start, end }, about(uuid, options))).versionMajor;
    },
    async update(options) {
      await updateMetadata(session, uuid, options, () => reread(options));
      return (await reread(options)).propertyVersion;
    },
    flush: async (options = {}) => (await transport.ask(BTrDB.method.flush, { uuid }, about(uuid, options))).versionMajor,
    async obliterate(options = {}) {
      await transport.ask(BTrDB.method.obliterate, { uuid }, { ...about(uuid, options), repeatable: false });
    },

    async exists(options = {}) {
      try {
        await latestVersion(session, uuid, options);
        return true;
      } catch (error) {
        if (hasServerCode(error, noSuchStream)) return false;
        throw error;
      }
    },
    async refresh(options = {}) {
      await reread(options);
    },
    version: async (options = {}) => (await latestVersion(session, uuid, options)).major,
    async *changes({ from, to, resolution, ...options }) {
      checkPower("resolution", resolution ?? 0);
      yield* changedRanges(session, uuid, { from, to, resolution }, options);
    },
    csv: (options = {}) => generateCsv(session, [{ uuid, label: metadata.name || id }], options),
  };
}

export function hasServerCode(error: unknown, code: number): boolean {
  return isSondeError(error) && "serverCode" in error && error.serverCode === code;
}

function checkPower(name: string, power: number): void {
  if (!Number.isInteger(power) || power < 0 || power > 63) {
    throw sondeError("options", `${name} is the logarithm of nanoseconds, a whole number from 0 to 63, not ${power}`, {});
  }
}
