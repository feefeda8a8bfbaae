import { ticksToTimes, tickToTime } from "@sonde/core";
import { turn } from "@sonde/core/bytes";
import {
  arrowType,
  batchOf,
  type Call,
  type ColumnInput,
  type Description,
  type Field,
  fieldOf,
  projectSchema,
  type ReadQuery,
  type RecordBatch,
  type Schema,
  type StreamDriver,
  schemaOf,
  timeField,
} from "@sonde/core/connector";
import { decode, type Value } from "@sonde/msgpack-numpy";
import { mapFields } from "../events/event-rows.js";
import { cellsOf, columnOf } from "../flatten/cells.js";
import { type Inspection, inspectStream } from "../flatten/inspect.js";
import { fieldOfColumn } from "../flatten/plan.js";
import type { GrowingFile } from "../live/growing-file.js";
import type { RecordingClock } from "../recording/clock.js";
import type { OpenRecording } from "../recording/recording.js";
import { decodeEntry, type StoredStream } from "../streams/data-stream.js";
import { rangeOf, reported, type StreamIdentity, timing } from "./common.js";
import type { RecordingLease } from "./lease.js";
import { liveEntries } from "./live.js";

const batchRows = 65_536;
const maxBatchBytes = 8_000_000;

type Row = { readonly tick: bigint; readonly bytes: Uint8Array; readonly cells: readonly Value[] | undefined };

/** Entries as rows: columns where they agree on some, else each as it is stored, decoded when a row is shown. */
export function dataStreamDriver(identity: StreamIdentity, lease: RecordingLease, name: string, growing?: GrowingFile): StreamDriver {
  let inspected: Promise<Inspection> | undefined;
  const inspect = async (stream: StoredStream, call: Call): Promise<Inspection> => {
    for (;;) {
      const own = inspected === undefined;
      inspected ??= inspectStream(stream, { signal: call.signal, growing: growing !== undefined });
      const running = inspected;
      try {
        return await running;
      } catch (error) {
        if (inspected === running) inspected = undefined;
        call.signal.throwIfAborted();
        // Another call's abort is not this one's.
        if (own) throw error;
      }
    }
  };

  const readStored = (query: ReadQuery, call: Call) =>
    lease.iterate(call, async function* (recording) {
      const stream = storedStream(recording, name);
      const found = await inspect(stream, call);
      yield* reported(read(stream, found, recording.clock, query, call), call, identity.id);
    });

  /** By the columns that the stream had when it was opened. */
  async function* readLater(later: OpenRecording, query: ReadQuery, call: Call): AsyncGenerator<RecordBatch, void, undefined> {
    const found = await lease.use(call, (recording) => inspect(storedStream(recording, name), call));
    yield* read(storedStream(later, name), found, later.clock, query, call);
  }

  return {
    ...identity,
    describe: (call) =>
      lease.use(call, async (recording) => {
        const stream = storedStream(recording, name);
        return describe(stream, await inspect(stream, call), recording.clock, call);
      }),
    read: readStored,
    ...(growing === undefined ? {} : { live: liveEntries({ growing, lease }, name, readStored, readLater) }),
    decode: (field, cell) => (cell instanceof Uint8Array && field.metadata.get("sonde:encoding") === "msgpack" ? decode(cell) : cell),
  };
}

function storedStream(recording: OpenRecording, name: string): StoredStream {
  // Where the file was replaced by another, `get` throws `not-found` for a name that is not stored: its type never comes to matter.
  return recording.stored.get(name) ?? (recording.dataStreams.get(name) as unknown as StoredStream);
}

async function describe(stream: StoredStream, inspection: Inspection, clock: RecordingClock, call: Call): Promise<Description> {
  const schema = streamSchema(inspection);
  const [first, last] = [await stream.keys().at(0, { signal: call.signal }), await stream.keys().at(-1, { signal: call.signal })];
  const extent = first === undefined || last === undefined ? null : { start: tickToTime(clock, first), end: tickToTime(clock, last) + 1n };
  const plots = schema.fields.some((field: Field) => field.metadata.get("sonde:role") === "quantity");
  return { kind: plots ? "series" : "events", schema, rows: stream.size, extent, ...timing(clock) };
}

function streamSchema({ plan, sparse }: Inspection): Schema {
  const encoded = (name: string, nullable: boolean, description: string) =>
    fieldOf(name, arrowType.binary(), { role: "document", encoding: "msgpack", description }, nullable);
  return schemaOf([
    timeField(),
    fieldOf("tick", arrowType.int64(), { role: "tick", description: "Frames since the recording's start" }),
    ...(plan === undefined ? [encoded("value", false, "An entry as stored")] : plan.columns.map((column) => fieldOfColumn(column, sparse))),
    ...(plan !== undefined && sparse ? [encoded("entry", true, "An entry that the other columns do not fit, as stored")] : []),
  ]);
}

async function* read(
  stream: StoredStream,
  inspection: Inspection,
  clock: RecordingClock,
  query: ReadQuery,
  call: Call,
): AsyncGenerator<RecordBatch, void, undefined> {
  const schema = projectSchema(streamSchema(inspection), query.columns);
  const decodes = inspection.plan !== undefined && schema.fields.some(({ name }: Field) => name !== "time" && name !== "tick");
  let rows: Row[] = [];
  let bytes = 0;
  const flush = () => {
    const batch = batchOfRows(rows, schema, inspection, clock);
    rows = [];
    bytes = 0;
    return batch;
  };
  const entries = stream.stored({ ...rangeOf(query.range), signal: call.signal })[Symbol.asyncIterator]();
  try {
    for (;;) {
      let next: IteratorResult<{ readonly tick: bigint; readonly bytes: Uint8Array }>;
      let cells: readonly Value[] | undefined;
      try {
        next = await entries.next();
        if (!next.done && decodes && inspection.plan !== undefined) {
          cells = cellsOf(decodeEntry(stream.name, next.value.tick, next.value.bytes), inspection.plan);
        }
      } catch (error) {
        // What is complete before the damage is delivered.
        if (rows.length > 0 && !call.signal.aborted) yield flush();
        throw error;
      }
      if (next.done) break;
      rows.push({ ...next.value, cells });
      bytes += next.value.bytes.length + 16;
      if (rows.length >= batchRows || bytes >= maxBatchBytes) yield flush();
      const wait = turn(call.signal);
      if (wait) await wait;
    }
    if (rows.length > 0) yield flush();
  } finally {
    await entries.return?.();
  }
}

function batchOfRows(rows: readonly Row[], schema: Schema, { plan }: Inspection, clock: RecordingClock): RecordBatch {
  const ticks = BigInt64Array.from(rows, ({ tick }) => tick);
  const cells = rows.map((row) => row.cells);
  const names = schema.fields.map(({ name }: Field) => name);
  return batchOf(
    schema,
    mapFields(names, (name): ColumnInput => {
      if (name === "time") return ticksToTimes(clock, ticks);
      if (name === "tick") return ticks;
      if (plan === undefined) return rows.map(({ bytes }) => bytes);
      const index = plan.columns.findIndex((column) => column.name === name);
      const column = plan.columns[index];
      return column === undefined ? rows.map((row) => (row.cells === undefined ? row.bytes : null)) : columnOf(cells, index, column.kind);
    }),
  );
}
