import { sondeError } from "@sonde/core/bytes";
import type { StreamColumns, Waiting } from "../catalog/types.js";
import { type DataKey, externalKind } from "../event-model/data-key.js";
import type { StreamDatum } from "../event-model/documents.js";
import { eventModelError } from "../event-model/errors.js";
import { ownValue } from "../event-model/own.js";
import { nanosOf } from "../event-model/seconds.js";
import { streamNameOf } from "../event-model/stream-name.js";
import { AssetStore } from "../handlers/asset-store.js";
import type { AssetArray, AssetReadOptions } from "../handlers/types.js";
import { arrayOf } from "../table/as-array.js";
import { orderedRows } from "../table/rows.js";
import type { RunContext } from "./context.js";
import { dataKeysOf } from "./describe.js";
import { streamColumns } from "./stream-columns.js";

export type ArrayRow = { readonly seqNum: number; readonly time: bigint };

/** The arrays of one field, one an event, each read when it is asked for. */
export interface EventArrays {
  readonly dataKey: DataKey | undefined;
  /** In order of `seq_num`. */
  readonly rows: readonly ArrayRow[];
  /** All of it, or the part inside `slice`. */
  read(row: number, options: AssetReadOptions): Promise<AssetArray>;
  close(): Promise<void>;
}

/** Finds where the arrays of a field are: in a store that serves frames, in files that datums or stream datums name, or in the documents. */
export async function eventArrays(context: RunContext, stream: string, field: string, options: Waiting): Promise<EventArrays> {
  const descriptors = await context.descriptorsOf(stream, options);
  const dataKey = dataKeysOf(descriptors).get(field);
  if (dataKey === undefined) {
    const names = [...dataKeysOf(descriptors).keys()].join(", ");
    throw eventModelError("EventModelKeyError", `stream '${stream}' has no field '${field}': there are ${names}`, { id: field });
  }
  const served = await context.backend.frames?.(context.uid, { stream, field }, options);
  if (served !== undefined) {
    const { rows } = await rowsOf(context, stream, [], options);
    const each = rows.length === 0 ? 1 : Math.max(1, Math.floor(served.length / rows.length));
    const read = async (row: number, how: AssetReadOptions) => {
      if (each > 1) return cut(await served.read(row * each, (row + 1) * each, { signal: how.signal }), how.slice);
      return withoutFirst(await served.read(row, row + 1, how));
    };
    const counted = rows.length > 0 ? rows : Array.from({ length: served.length }, (_, k) => ({ seqNum: k + 1, time: 0n }));
    return { dataKey, rows: counted, read, close: async () => {} };
  }
  if (externalKind(dataKey) === "stream") return streamArrays(context, stream, field, dataKey, options);
  return externalKind(dataKey) === "datum"
    ? datumArrays(context, stream, field, dataKey, options)
    : inlineArrays(context, stream, field, dataKey, options);
}

async function rowsOf(
  context: RunContext,
  stream: string,
  fields: readonly string[],
  options: Waiting,
): Promise<{ readonly rows: ArrayRow[]; readonly data: ReadonlyMap<string, ArrayLike<unknown>> }> {
  const pieces: StreamColumns[] = [];
  for await (const piece of await streamColumns(context, { stream, fields }, options)) pieces.push(piece);
  const { seqNum, time, data } = orderedRows(pieces, fields);
  return { rows: Array.from(seqNum, (number, row) => ({ seqNum: number, time: nanosOf(time[row] ?? Number.NaN) })), data };
}

/** Values of the documents themselves. They were read with the rows: what the store has in its documents passes through memory anyway. */
async function inlineArrays(context: RunContext, stream: string, field: string, dataKey: DataKey, options: Waiting): Promise<EventArrays> {
  const { rows, data } = await rowsOf(context, stream, [field], options);
  const cells = data.get(field) ?? [];
  const has = rows.flatMap((row, index) => (cells[index] === undefined || cells[index] === null ? [] : [{ row, cell: cells[index] }]));
  return {
    dataKey,
    rows: has.map(({ row }) => row),
    async read(row, { signal, slice }) {
      signal.throwIfAborted();
      return cut(arrayOf(has[row]?.cell, `field '${field}'`), slice);
    },
    async close() {},
  };
}

async function datumArrays(context: RunContext, stream: string, field: string, dataKey: DataKey, options: Waiting): Promise<EventArrays> {
  const store = new AssetStore(context.handlers);
  const descriptors = new Set<string>();
  const found = new Map<number, { readonly seqNum: number; readonly time: number; readonly value: unknown; readonly filled: boolean }>();
  for await (const pair of context.documents({ ...options, streams: [stream], fields: [field] })) {
    const [name, document] = pair;
    store.add(pair);
    if (name === "descriptor" && streamNameOf(document) === stream) descriptors.add(document.uid);
    if (name !== "event" || !descriptors.has(document.descriptor) || !Object.hasOwn(document.data, field)) continue;
    const state = ownValue(document.filled, field);
    const seqNum = Number(document.seq_num);
    const known = found.get(seqNum);
    // Of rows that repeat a number, the later in time holds.
    if (known !== undefined && known.time > document.time) continue;
    found.set(seqNum, { seqNum, time: document.time, value: document.data[field], filled: state !== undefined && state !== false });
  }
  const events = [...found.values()].sort((a, b) => a.seqNum - b.seqNum);
  return {
    dataKey,
    rows: events.map(({ seqNum, time }) => ({ seqNum, time: nanosOf(time) })),
    async read(row, how) {
      how.signal.throwIfAborted();
      const event = events[row];
      if (event === undefined || event.filled) return cut(arrayOf(event?.value, `field '${field}'`), how.slice);
      return store.read(String(event.value), dataKey, how);
    },
    close: () => store.close(),
  };
}

/** Where the rows of one stream datum are. */
type Span = Pick<StreamDatum, "stream_resource" | "indices" | "seq_nums">;

async function streamArrays(context: RunContext, stream: string, field: string, dataKey: DataKey, options: Waiting): Promise<EventArrays> {
  const store = new AssetStore(context.handlers);
  const descriptors = new Set<string>();
  const spans: Span[] = [];
  const times = new Map<number, number>();
  let latest = 0;
  for await (const pair of context.documents({ ...options, streams: [stream], fields: [field] })) {
    const [name, document] = pair;
    store.add(pair);
    if (name === "descriptor" && streamNameOf(document) === stream) {
      descriptors.add(document.uid);
      latest = document.time;
    }
    if (name === "event" && descriptors.has(document.descriptor)) times.set(Number(document.seq_num), document.time);
    if (name !== "stream_datum" || (document.descriptor !== "" && !descriptors.has(document.descriptor))) continue;
    if (store.streamResources.get(document.stream_resource)?.data_key === field) spans.push(checkedSpan(document));
  }
  spans.sort((a, b) => a.seq_nums.start - b.seq_nums.start);
  const rows = spans.flatMap((span) =>
    Array.from({ length: span.seq_nums.stop - span.seq_nums.start }, (_, k) => {
      const seqNum = span.seq_nums.start + k;
      // Streams without events have no times of their own: the last that is known.
      latest = times.get(seqNum) ?? latest;
      return { span, row: { seqNum, time: nanosOf(latest) } };
    }),
  );
  return {
    dataKey,
    rows: rows.map(({ row }) => row),
    async read(index, how) {
      how.signal.throwIfAborted();
      const found = rows[index];
      if (found === undefined) throw eventModelError("EventModelKeyError", `field '${field}' has no row ${index}`, { id: String(index) });
      const { span, row } = found;
      const each = Math.max(1, Math.floor((span.indices.stop - span.indices.start) / (span.seq_nums.stop - span.seq_nums.start)));
      const start = span.indices.start + (row.seqNum - span.seq_nums.start) * each;
      const range = { start, stop: start + each };
      if (each > 1) return cut(await store.readRows(span.stream_resource, range, dataKey, { signal: how.signal }), how.slice);
      return withoutFirst(await store.readRows(span.stream_resource, range, dataKey, how));
    },
    close: () => store.close(),
  };
}

/** Rows that a document can make up by writing a large number. */
const mostRows = 2 ** 26;

function checkedSpan({ stream_resource, indices, seq_nums, uid }: StreamDatum): Span {
  const sound = [indices, seq_nums].every(
    (span) =>
      span !== undefined &&
      Number.isSafeInteger(span.start) &&
      Number.isSafeInteger(span.stop) &&
      span.start >= 0 &&
      span.stop >= span.start,
  );
  if (sound && seq_nums.stop - seq_nums.start <= mostRows) return { stream_resource, indices, seq_nums };
  throw sondeError("format", `stream datum '${uid}' has impossible indices`, { key: String(uid) });
}

/** One frame out of a block of one. */
function withoutFirst({ shape, dims, data }: AssetArray): AssetArray {
  if (shape[0] !== 1 || shape.length < 2) return dims === undefined ? { shape, data } : { shape, dims, data };
  return dims === undefined ? { shape: shape.slice(1), data } : { shape: shape.slice(1), dims: dims.slice(1), data };
}

/** The part of an array inside half-open bounds, a pair a dimension. */
export function cut(array: AssetArray, slice: AssetReadOptions["slice"]): AssetArray {
  if (slice === undefined) return array;
  const { shape, data } = array;
  const bounds = shape.map((length, axis) => {
    const [from, to] = slice[axis] ?? [0, length];
    return [Math.min(Math.max(0, from), length), Math.min(Math.max(0, to), length)] as const;
  });
  const sides = bounds.map(([from, to]) => Math.max(0, to - from));
  // The constructor of a typed array makes one of its kind.
  const result = new (data.constructor as new (length: number) => AssetArray["data"])(sides.reduce((product, side) => product * side, 1));
  const strides = shape.map((_, axis) => shape.slice(axis + 1).reduce((product, side) => product * side, 1));
  let at = 0;
  const copy = (axis: number, offset: number): void => {
    const [from] = bounds[axis] ?? [0];
    const side = sides[axis] ?? 0;
    if (axis === shape.length - 1) {
      result.set(data.subarray(offset + from, offset + from + side) as never, at);
      at += side;
      return;
    }
    for (let k = 0; k < side; k++) copy(axis + 1, offset + (from + k) * (strides[axis] ?? 0));
  };
  if (shape.length === 0) return array;
  if (result.length > 0) copy(0, 0);
  return { ...array, shape: sides, data: result };
}
