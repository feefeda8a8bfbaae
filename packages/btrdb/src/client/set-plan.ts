import type { Batches, Stream as SondeStream } from "@sonde/core";
import { join, type Statistic, sondeError } from "@sonde/core";
import { type Semaphore, semaphore } from "@sonde/core/bytes";
import { fieldOf, projectBatch, type RecordBatch, type Schema, schemaOf } from "@sonde/core/connector";
import type { CallOptions } from "../call.js";
import { type RangeOptions, rangeOf } from "../points/clock.js";
import { readPages } from "../points/pages.js";
import { readBatches, readPieces } from "../points/read.js";
import { type PointRequest, shapeOf } from "../points/request.js";
import { uuidBytes } from "../uuid.js";
import { about, type Session } from "./session.js";
import type { BtrdbStream } from "./stream.js";

/** What a stream set asks of each of its streams. */
export type SetPlan = {
  readonly range: RangeOptions;
  readonly windows?:
    | { readonly kind: "windows"; readonly width: bigint; readonly depth: number }
    | { readonly kind: "aligned"; readonly pointWidth: number }
    | undefined;
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
  const common = { uuid: uuidBytes(stream.uuid), ...rangeOf(plan.range), version: plan.versions.get(stream.uuid) ?? 0n };
  return { ...common, ...(plan.windows ?? { kind: "raw" }) };
}

/**
 * The outer join of the streams on time, piece by piece: null where one has no point, never NaN. Each column says in its metadata which
 * version it is of, where one is pinned.
 */
export function joinStreams(session: Session, streams: readonly BtrdbStream[], plan: SetPlan, options: JoinOptions): Batches {
  const permits = streams.length > session.concurrency ? semaphore(session.concurrency) : undefined;
  return join(streams.map((stream) => sideOf(session, stream, plan, options, permits)));
}

function sideOf(session: Session, stream: BtrdbStream, plan: SetPlan, options: JoinOptions, permits: Semaphore | undefined): SondeStream {
  const request = requestOf(plan, stream);
  const columns = columnsOf(plan, options.statistics);
  const version = plan.versions.get(stream.uuid) ?? 0n;
  const whole = labelled(shapeOf(request).schema, stream, version);
  const schema = columns === undefined ? whole : schemaOf(whole.fields.filter(({ name }) => name === "time" || columns.includes(name)));
  const asked = about(uuidBytes(stream.uuid), options);
  async function* read(): AsyncGenerator<RecordBatch> {
    if (request.start >= request.end) return;
    const pieces = permits ? readPages(session, request, asked, permits) : readPieces(session, request, asked);
    for await (const batch of readBatches(pieces, request)) yield columns === undefined ? batch : projectBatch(batch, columns);
  }
  const named =
    options.nameOf === undefined ? { collection: stream.collection, name: stream.name || stream.uuid } : { name: options.nameOf(stream) };
  const side = { id: stream.uuid, ...named, describe: async () => ({ kind: "series", schema }), read };
  // A join asks its streams for no more than this.
  return side as unknown as SondeStream;
}

function labelled(schema: Schema, { unit }: BtrdbStream, version: bigint): Schema {
  const [time, ...values] = schema.fields;
  const more: [string, string][] = [...(unit === "" ? [] : [["sonde:unit", unit] as [string, string]])];
  if (version > 0n) more.push(["sonde:version", String(version)]);
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
