import { sondeError } from "@sonde/core";
import { type Many, many, projectSchema, type Table, tableOf } from "@sonde/core/connector";
import type { PackageKey } from "../backends/types.js";
import { type CallOptions, callOf } from "../call.js";
import type { BadPackages, DriftOptions } from "../options.js";
import { decodePackage } from "../package/decode.js";
import { packageKey, packageName, timeOfId } from "../package/key.js";
import type { DriftPackage } from "../package/package.js";
import type { SampleTiming } from "../package/signal.js";
import { type BackEndState, type BackEnds, needed } from "./back-ends.js";
import { type DriftEvent, eventOf } from "./event.js";
import { type ExportReport, exportPackages } from "./export.js";
import { followed } from "./live.js";
import { metricBatches, metricSchema } from "./metrics.js";
import { sessionOf } from "./session.js";
import { type Gap, type Overlap, type SignalPiece, type SignalReport, signalPieces } from "./signal.js";
import { type Topic, topicsOf } from "./topics.js";
import { judged, type PackageProblem, walked } from "./walk.js";
import { rangeOf, type Within } from "./within.js";

export type PackagesOptions = Within &
  CallOptions & {
    /** What becomes of packages with a bad status and of those that can't be read: left out (the default), null in their place, or an error. */
    readonly bad?: BadPackages | undefined;
    /** Packages asked for at a time; as the device was opened without. */
    readonly concurrency?: number | undefined;
  };

/** Packages in the order of their ids; iterating again asks again. */
export interface Packages<T> extends Many<T> {
  /** What the last iteration did not deliver, so far. */
  readonly problems: readonly PackageProblem[];
}

export type StitchOptions = Within &
  CallOptions & {
    /** One value for 2^scale samples. Default 0. */
    readonly scale?: number | undefined;
    /** In place of `scale`: the finest at which there are about so many values. */
    readonly maxPoints?: number | undefined;
    readonly sampleTiming?: SampleTiming | undefined;
    /** "null" puts NaN where a package is missing. Default "skip". */
    readonly bad?: BadPackages | undefined;
  };

/** One series over many packages. Times ascend. */
export interface Signal {
  readonly times: BigInt64Array;
  readonly values: Float32Array;
  /** The coarsest that was used: packages of few wavelet steps give what they have. */
  readonly scale: number;
  readonly gaps: readonly Gap[];
  readonly overlaps: readonly Overlap[];
  readonly problems: readonly PackageProblem[];
}

export type MetricsOptions = Within & CallOptions & { readonly fields?: readonly string[] | undefined };
export type ExportOptions = Within &
  CallOptions & {
    /** All without it; a "*" at the end stands for anything. */
    readonly topics?: readonly string[] | undefined;
    /** Writes what the CLI calls metadata beside each package. */
    readonly metadata?: boolean | undefined;
    readonly concurrency?: number | undefined;
  };

export type SubscribeOptions = CallOptions & Pick<PackagesOptions, "bad">;

/** A Drift device, or a folder of its packages. */
export interface Drift extends AsyncDisposable {
  /** What answered, what did not and why. */
  readonly backEnds: readonly BackEndState[];
  /** By name. One request for the lists and one for each topic, whose newest package says what it holds. */
  topics(options?: CallOptions): Promise<readonly Topic[]>;
  /** "acc-5/1676296193326.dp", ascending; packages themselves are not read. */
  packageNames(topic: string, options?: Within & CallOptions): Many<string>;
  /** A walk: a package that hangs, is damaged or bad does not stop it, and is named in `problems`. */
  packages(topic: string, options: PackagesOptions & { readonly bad: "null" }): Packages<DriftPackage | null>;
  packages(topic: string, options?: PackagesOptions): Packages<DriftPackage>;
  /** By name, or by topic and id. Rejects `not-found`. */
  package(name: string | PackageKey, options?: CallOptions): Promise<DriftPackage>;
  /** Undefined where the topic has none. */
  latest(topic: string, options?: CallOptions): Promise<DriftPackage | undefined>;
  /** The samples of a time series as one, with the gaps and overlaps of its packages. */
  signal(topic: string, options?: StitchOptions): Promise<Signal>;
  /** Packages and metrics of several topics that have one id; of all topics without a list. */
  event(id: bigint, options?: CallOptions & { readonly topics?: readonly string[] | undefined }): Promise<DriftEvent>;
  /** `time` and the fields, typed, sorted. Rejects `not-found` for a topic without metrics. */
  metrics(topic: string, options?: MetricsOptions): Promise<Table>;
  /**
   * Packages as they are published, of a topic or of an MQTT filter ("acc-+", "#"), wherever below `drift/` or not. Nothing is missed between
   * two of them but by an `overrun`, which says from when on; leaving the loop unsubscribes. Takes the package `mqtt`.
   */
  subscribe(topic: string, options: SubscribeOptions & { readonly bad: "null" }): Packages<DriftPackage | null>;
  subscribe(topic: string, options?: SubscribeOptions): Packages<DriftPackage>;
  /** Sends a package, or whatever else, to the device's broker; `topic` as it is: devices listen below "drift/". Takes the package `mqtt`. */
  publish(topic: string, bytes: Uint8Array, options?: CallOptions): Promise<void>;
  /** Copies packages into a folder, where `connect({ path })` and other tools read them. */
  export(folder: string | URL | FileSystemDirectoryHandle, options?: ExportOptions): Promise<ExportReport>;
  close(): Promise<void>;
}

/** The last that are kept of a subscription, which may go on for weeks. */
const MOST_PROBLEMS = 1000;

export function createDrift(backEnds: BackEnds, options: DriftOptions): Drift {
  const session = sessionOf(backEnds, options);
  const newestEnd = async (topic: string, call: ReturnType<typeof callOf>): Promise<bigint | undefined> => {
    const newest = await session.latest(topic, call);
    if (newest === undefined) return undefined;
    const after = newest.time + 1n;
    const stop = newest.meta?.kind === "time-series" ? newest.meta.stop : undefined;
    return stop !== undefined && stop > after ? stop : after;
  };

  function packages(topic: string, asked: PackagesOptions = {}): Packages<DriftPackage> {
    const problems: PackageProblem[] = [];
    const { bad = "skip", concurrency } = asked;
    const list = many(async function* () {
      problems.length = 0;
      const call = callOf(asked);
      const range = await rangeOf(asked, () => newestEnd(topic, call));
      for await (const step of walked(session, topic, { range, concurrency }, call)) {
        if (step.problem !== undefined) problems.push(step.problem);
        const given = judged(step, bad);
        // Null only under the policy that says so in its overload.
        if (given !== undefined) yield given as DriftPackage;
      }
    });
    return Object.assign(list, { problems });
  }

  function subscribe(topic: string, asked: SubscribeOptions = {}): Packages<DriftPackage> {
    const problems: PackageProblem[] = [];
    const { bad = "skip" } = asked;
    const list = many(async function* () {
      problems.length = 0;
      for await (const step of followed(session, topic, callOf(asked))) {
        if (step.problem !== undefined && problems.push(step.problem) > MOST_PROBLEMS) problems.shift();
        const given = judged(step, bad);
        // As in a walk.
        if (given !== undefined) yield given as DriftPackage;
      }
    });
    return Object.assign(list, { problems });
  }

  const close = async () => {
    const { packages: stored, metrics, bus } = backEnds;
    await Promise.all([stored.backEnd?.close?.(), metrics.backEnd?.close?.(), bus.backEnd?.close?.()]);
  };

  return {
    backEnds: backEnds.states,
    async topics(asked) {
      const topics: Topic[] = [];
      for await (const topic of topicsOf(session, callOf(asked))) topics.push(topic);
      return topics;
    },
    packageNames: (topic, asked = {}) =>
      many(async function* () {
        const call = callOf(asked);
        const range = await rangeOf(asked, () => newestEnd(topic, call));
        for await (const key of session.packages().keys(topic, { range }, call)) yield packageName(key);
      }),
    packages,
    async package(name, asked) {
      const key = packageKey(name);
      const bytes = await session.packages().get(key, callOf(asked));
      return decodePackage(bytes, { topic: key.topic, limits: session.limits });
    },
    latest: (topic, asked) => session.latest(topic, callOf(asked)),

    async signal(topic, asked = {}) {
      const call = callOf(asked);
      const { bad = "skip", sampleTiming = options.sampleTiming, maxPoints } = asked;
      const range = await rangeOf(asked, () => newestEnd(topic, call));
      const scale = maxPoints === undefined ? (asked.scale ?? 0) : await scaleFor(topic, maxPoints, range, call);
      if (!Number.isSafeInteger(scale) || scale < 0) {
        const message = "must be a whole number from 0 on";
        throw sondeError("options", `signal: scale ${message}, got ${scale}`, { issues: [{ path: "scale", message }] });
      }
      const report: SignalReport = { gaps: [], overlaps: [], problems: [] };
      const pieces: SignalPiece[] = [];
      for await (const piece of signalPieces(session, topic, { range, scale, sampleTiming, bad }, report, call)) pieces.push(piece);
      return { ...joined(pieces), ...report };
    },
    async event(id, asked = {}) {
      const call = callOf(asked);
      const topics = asked.topics ?? (await namesOf(call));
      return eventOf(session, id, topics, call);
    },
    async metrics(topic, asked = {}) {
      const call = callOf(asked);
      const storage = session.metrics();
      const schema = await metricSchema(storage, topic, call);
      if (schema.fields.length === 1) {
        throw sondeError("not-found", `no metrics of topic '${topic}' in ${storage.name}: list topics by topics()`, { id: topic });
      }
      const range = await rangeOf(asked, async () => (await storage.extent(topic, call))?.end);
      const batches = [];
      const { fields } = asked;
      for await (const batch of metricBatches(storage, topic, { schema, range, columns: fields }, call)) batches.push(batch);
      return tableOf(projectSchema(schema, fields), batches);
    },
    subscribe,
    publish: async (topic, bytes, asked) => needed(backEnds.bus).publish(topic, bytes, callOf(asked)),
    async export(folder, asked = {}) {
      const call = callOf(asked);
      const names = matching(await namesOf(call), asked.topics);
      const range = await rangeOf(asked, async () => {
        const ends = await Promise.all(names.map((topic) => newestEnd(topic, call)));
        return ends.reduce((last, end) => (last === undefined || (end !== undefined && end > last) ? end : last), undefined);
      });
      const { metadata = false, concurrency = session.concurrency } = asked;
      return exportPackages(session, folder, { topics: names, range, metadata, concurrency }, call);
    },
    close,
    [Symbol.asyncDispose]: close,
  };

  async function namesOf(call: ReturnType<typeof callOf>): Promise<readonly string[]> {
    const { packages: stored, metrics } = backEnds;
    const lists = await Promise.all([stored.backEnd?.topics(call) ?? [], metrics.backEnd?.topics(call) ?? []]);
    return [...new Set(lists.flat().map(({ topic }) => topic))].sort();
  }

  /** By how many samples the newest package has in its time, which the others are taken to have as well. */
  async function scaleFor(
    topic: string,
    maxPoints: number,
    range: { readonly start: bigint; readonly end: bigint } | undefined,
    call: ReturnType<typeof callOf>,
  ) {
    if (!(maxPoints >= 1)) {
      const message = "must be at least 1";
      throw sondeError("options", `signal: maxPoints ${message}, got ${maxPoints}`, { issues: [{ path: "maxPoints", message }] });
    }
    const newest = await session.latest(topic, call);
    if (newest?.meta?.kind !== "time-series") return 0;
    const { start = newest.time, stop = newest.time, size } = newest.meta;
    let first = start;
    for await (const { id } of session.packages().keys(topic, { range }, call)) {
      first = timeOfId(id) + (start - newest.time);
      break;
    }
    const from = range !== undefined && range.start > first ? range.start : first;
    const to = range !== undefined && range.end < stop ? range.end : stop;
    if (to <= from || stop <= start) return 0;
    const samples = (Number(to - from) / Number(stop - start)) * size;
    return Math.max(0, Math.ceil(Math.log2(samples / maxPoints)));
  }
}

function joined(pieces: readonly SignalPiece[]): Pick<Signal, "times" | "values" | "scale"> {
  const length = pieces.reduce((sum, { values }) => sum + (values?.length ?? 1), 0);
  const times = new BigInt64Array(length);
  const values = new Float32Array(length);
  let offset = 0;
  let scale = 0;
  for (const piece of pieces) {
    if (piece.values === null) {
      times[offset] = piece.time;
      values[offset] = Number.NaN;
      offset += 1;
      continue;
    }
    times.set(piece.times, offset);
    values.set(piece.values, offset);
    offset += piece.values.length;
    scale = Math.max(scale, piece.scale);
  }
  return { times, values, scale };
}

function matching(names: readonly string[], patterns: readonly string[] | undefined): readonly string[] {
  if (patterns === undefined) return names;
  return names.filter((name) => patterns.some((one) => (one.endsWith("*") ? name.startsWith(one.slice(0, -1)) : name === one)));
}
