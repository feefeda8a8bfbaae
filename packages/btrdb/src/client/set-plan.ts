import type { Batches, Joinable } from "@sonde/core";
import { join, type Statistic, sondeError } from "@sonde/core";
import { type Semaphore, semaphore } from "@sonde/core/bytes";
import { fieldOf, projectBatch, projectSchema, type RecordBatch, type Schema, schemaOf } from "@sonde/core/connector";
import type { CallOptions } from "../call.js";
import { later, minimumTime, type RangeOptions, rangeOf } from "../points/clock.js";
import { readPages } from "../points/pages.js";
import { readBatches, readPieces } from "../points/read.js";
import { type PointRequest, shapeOf } from "../points/request.js";
import { earliestSnapped } from "../points/snap.js";
import { uuidBytes } from "../uuid.js";
import { about, latestVersion, type Session } from "./session.js";
import type { BtrdbStream } from "./stream.js";

/** What a stream set asks of each of its streams. */
export type SetPlan = {
  readonly range: RangeOptions;
  readonly windows?:
    | { readonly kind: "windows"; readonly width: bigint; readonly depth: number }
    | { readonly kind: "aligned"; readonly pointWidth: number }
    | undefined;
  /** Raw points at a grid that begins at the range's start: `ticks` steps in `per` nanoseconds. */
  readonly snap?: { readonly ticks: bigint; readonly per: bigint } | undefined;
  /** By uuid; 0 and what is not there is the latest. */
  readonly versions: ReadonlyMap<string, bigint>;
};
export type JoinOptions = CallOptions & {
  /** Of windows: one, some, or all of min, mean, max, count and stddev. "mean" without. */
  readonly statistics?: "all" | Statistic | readonly Statistic[] | undefined;
  /** The name of a stream's column; `collection/name` without. */
  readonly nameOf?: ((stream: BtrdbStream) => string) | undefined;
};

export function requestOf(plan: SetPlan, stream: BtrdbStream): PointRequest {
  const range = rangeOf(plan.range);
  const common = { uuid: uuidBytes(stream.uuid), ...range, version: plan.versions.get(stream.uuid) ?? 0n };
  if (plan.windows !== undefined || plan.snap === undefined) return { ...common, ...(plan.windows ?? { kind: "raw" }) };
  const snap = { origin: range.start, end: range.end, ...plan.snap };
  return { ...common, start: later(minimumTime, earliestSnapped(snap)), kind: "raw", snap };
}

/**
 * The outer join of the streams on time, piece by piece: null where one has no point, never NaN. Streams without a pinned version are read
 * at their latest, asked for first; each column says in its metadata which version it is of, unless that holds points of no commit.
 */
export function joinStreams(session: Session, streams: readonly BtrdbStream[], plan: SetPlan, options: JoinOptions): Batches {
  const permits = streams.length > session.concurrency ? semaphore(session.concurrency) : undefined;
  return join(streams.map((stream) => sideOf(session, stream, plan, options, permits)));
}

function sideOf(session: Session, stream: BtrdbStream, plan: SetPlan, options: JoinOptions, permits: Semaphore | undefined): Joinable {
  const request = requestOf(plan, stream);
  const nothing = request.start >= request.end;
  const columns = columnsOf(plan, options.statistics);
  const asked = about(request.uuid, options);
  // A join asks for a schema, then reads: each of its runs takes the version that its own question was answered with.
  const versions: bigint[] = [];

  async function describe(): Promise<{ readonly kind: "series"; readonly schema: Schema }> {
    const latest = request.version === 0n && !nothing ? await latestVersion(session, request.uuid, options) : undefined;
    const version = latest?.minor === 0n ? latest.major : request.version;
    versions.push(version);
    return { kind: "series", schema: projectSchema(labelled(shapeOf(request).schema, stream, version), columns) };
  }
  function read(): AsyncIterable<RecordBatch> {
    const version = versions.shift() ?? request.version;
    return batches({ ...request, version });
  }
  async function* batches(pinned: PointRequest): AsyncGenerator<RecordBatch> {
    if (nothing) return;
    const pieces = permits ? readPages(session, pinned, asked, permits) : readPieces(session, pinned, asked);
    for await (const batch of readBatches(pieces, pinned)) yield projectBatch(batch, columns);
  }
  const label = options.nameOf?.(stream);
  const named = label === undefined ? { collection: stream.collection, name: stream.name || stream.uuid } : { name: label };
  return { id: stream.uuid, ...named, describe, read };
}

function labelled(schema: Schema, { unit }: BtrdbStream, version: bigint): Schema {
  const [time, ...values] = schema.fields;
  const more = new Map<string, string>();
  if (unit !== "") more.set("sonde:unit", unit);
  if (version > 0n) more.set("sonde:version", String(version));
  const fields = values.map((field) => {
    const copy = fieldOf(field.name, field.type);
    for (const [key, value] of [...field.metadata, ...more]) copy.metadata.set(key, value);
    return copy;
  });
  return schemaOf(time === undefined ? fields : [time, ...fields]);
}

function columnsOf({ windows }: SetPlan, statistics: JoinOptions["statistics"] = "mean"): readonly string[] | undefined {
  if (windows === undefined || statistics === "all") return undefined;
  const wanted: readonly string[] = typeof statistics === "string" ? [statistics] : statistics;
  for (const one of wanted) {
    if (!["min", "mean", "max", "count", "stddev"].includes(one)) {
      throw sondeError("unsupported", `BTrDB keeps no ${one} of its windows: there are min, mean, max, count and stddev`, { what: one });
    }
  }
  return wanted;
}
