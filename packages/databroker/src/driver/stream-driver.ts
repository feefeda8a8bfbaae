import { turn } from "@sonde/core/bytes";
import {
  type Call,
  type Description,
  type Field,
  fieldInfo,
  lowerBound,
  projectSchema,
  type ReadQuery,
  type RecordBatch,
  type StreamDriver,
} from "@sonde/core/connector";
import type { RunContext } from "../run/context.js";
import { appendRows } from "./append.js";
import { readArrays } from "./arrays.js";
import { followStream } from "./live.js";
import { batchFrom, readStream, type StreamData } from "./stream-data.js";

/** Float seconds of today are exact to 120 ns. */
const accuracy = 120n;
const batchRows = 65_536;
const batchBytes = 8_000_000;

/** What the streams of one source share. */
export type Shared = {
  /** Throws `closed` once the source is. */
  check(): void;
  /** Data of runs that have ended, kept for the next read of the same stream. */
  readonly cache: Map<string, StreamData>;
};

/** One stream of one run. */
export function streamDriver(context: RunContext, name: string, hasArrays: boolean, shared: Shared): StreamDriver {
  const id = streamId(context.uid, name);
  const ended = context.header.stop !== undefined;

  const load = async (call: Call): Promise<StreamData> => {
    call.signal.throwIfAborted();
    shared.check();
    const known = shared.cache.get(id);
    if (known !== undefined) return known;
    const asked = performance.now();
    const data = await readStream(context, name, call);
    const bytes = data.schema.fields.length * data.times.length * 8;
    call.observe({ kind: "request", target: id, milliseconds: performance.now() - asked, bytes });
    if (ended && data.error === undefined) keep(shared.cache, id, data);
    return data;
  };

  async function* read(query: ReadQuery, call: Call): AsyncGenerator<RecordBatch, void, undefined> {
    const data = await load(call);
    const schema = projectSchema(data.schema, query.columns);
    const [from, to] = rowsIn(data, query);
    yield* batches(data, schema, from, to, call);
    if (data.error !== undefined && (query.range === undefined || query.range.start < query.range.end)) throw data.error;
  }

  async function* batches(
    data: StreamData,
    schema: StreamData["schema"],
    from: number,
    to: number,
    call: Call,
  ): AsyncGenerator<RecordBatch, void, undefined> {
    let rows = 0;
    let bytes = 0;
    for (let at = from; at < to; ) {
      const end = Math.min(to, at + batchRows);
      for (const batch of inBytes(batchFrom(data, schema, at, end))) {
        shared.check();
        call.signal.throwIfAborted();
        rows += batch.numRows;
        bytes += byteLength(batch);
        call.onProgress({ rows, bytes });
        yield batch;
        shared.check();
        const wait = turn(call.signal);
        if (wait) await wait;
      }
      at = end;
    }
  }

  const { backend } = context;
  const arraysOf = readArrays(context, name, shared);
  return {
    id,
    name,
    collection: context.uid,
    metadata: { run: context.uid, stream: name },
    async describe(call) {
      const data = await load(call);
      return describe(data, ended ? `${context.header.stop?.uid}` : undefined);
    },
    read,
    newest: {
      async *read(query, call) {
        const data = await load(call);
        const schema = projectSchema(data.schema, query.columns);
        const rows = Math.max(0, Math.min(query.rows, data.times.length));
        yield* batches(data, schema, data.times.length - rows, data.times.length, call);
      },
    },
    ...(hasArrays ? { arrays: { read: (query, call) => arraysOf(query, call, load) } } : {}),
    ...(backend.follow === undefined || ended ? {} : { live: { follow: (query, call) => followStream(context, name, query, call, load) } }),
    ...(backend.insert === undefined || ended ? {} : { append: { rows: (batch, call) => appendRows(context, name, batch, call, load) } }),
  };
}

/** Uids are data: one that holds a slash must not look like another. */
export function streamId(uid: string, stream: string): string {
  return `${encodeURIComponent(uid)}/${stream}`;
}

/** The most streams, and the most cells of them, that are kept. */
const keptStreams = 16;
const keptCells = 4_000_000;

function keep(cache: Map<string, StreamData>, id: string, data: StreamData): void {
  const cells = ({ columns, times }: StreamData) => columns.size * times.length;
  if (cells(data) > keptCells) return;
  cache.set(id, data);
  let total = [...cache.values()].reduce((sum, one) => sum + cells(one), 0);
  for (const [oldest, one] of cache) {
    if (cache.size <= keptStreams && total <= keptCells) break;
    cache.delete(oldest);
    total -= cells(one);
  }
}

function rowsIn({ times }: StreamData, { range }: ReadQuery): readonly [from: number, to: number] {
  if (range === undefined) return [0, times.length];
  const from = lowerBound(times, range.start);
  return [from, Math.max(from, lowerBound(times, range.end))];
}

function describe(data: StreamData, version: string | undefined): Description {
  const plots = data.schema.fields.some((field: Field) => fieldInfo(field).role === "quantity");
  const frames = data.schema.fields.some((field: Field) => fieldInfo(field).role === "array" && String(field.type) === "Utf8");
  const { times } = data;
  const [first, last] = [times[0], times.at(-1)];
  return {
    kind: plots ? "series" : frames ? "frames" : "events",
    schema: data.schema,
    extent: first === undefined || last === undefined ? null : { start: first, end: last + 1n },
    ...(data.error === undefined ? { rows: times.length } : {}),
    accuracy,
    ...(version === undefined ? {} : { version }),
  };
}

/** Wide rows make short batches. */
function* inBytes(batch: RecordBatch): Generator<RecordBatch, void, undefined> {
  const size = byteLength(batch);
  const parts = Math.min(batch.numRows, Math.ceil(size / batchBytes));
  if (parts <= 1) {
    if (batch.numRows > 0) yield batch;
    return;
  }
  const rows = Math.ceil(batch.numRows / parts);
  for (let at = 0; at < batch.numRows; at += rows) yield batch.slice(at, Math.min(batch.numRows, at + rows));
}

function byteLength(batch: RecordBatch): number {
  return batch.data.children.reduce((total, column) => total + column.byteLength, 0);
}
