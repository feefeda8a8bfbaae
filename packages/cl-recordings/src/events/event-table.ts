import { ticksToTimes } from "@sonde/core";
import {
  arrowType,
  batchOf,
  type ColumnInput,
  type Field,
  fieldOf,
  projectSchema,
  type RecordBatch,
  type Schema,
  schemaOf,
  sondeError,
  type Table,
  tableOf,
  timeField,
} from "@sonde/core/connector";
import type { CallOptions, CompoundType, Dataset, DataType, FieldValues } from "@sonde/hdf5";
import { printable } from "../print/printable.js";
import type { RecordingClock } from "../recording/clock.js";
import { tickOffset } from "../recording/extent.js";
import type { RecordingHeader } from "../recording/header.js";
import { type TickRangeOptions, toTickRange } from "../recording/ticks.js";
import { shared } from "../shared.js";
import { type EventRows, eventRows, mapFields } from "./event-rows.js";
import { asTicks, isAscending, leastTick, type RowOrder, rowOrder } from "./row-order.js";

export type EventOptions = TickRangeOptions &
  CallOptions & {
    /** Only rows of these channels. */
    readonly channels?: readonly number[] | undefined;
    /** Besides `time`, which is always there. By default all but waveforms, which are read only when they are asked for. */
    readonly columns?: readonly string[] | undefined;
  };

/** Spikes or stimulations: one row each, in order of time; several may share a tick. */
export interface EventTable {
  /** Rows. */
  readonly size: number;
  /** Whether the recording has such a table; without one it is read as empty. */
  readonly recorded: boolean;
  /** `time`, `tick`, `channel` and, of spikes, their waveforms `samples` in µV. */
  readonly schema: Schema;
  /** Batches of at most 64 Ki rows or 8 MB, none empty. Checks at the first call, in one pass, whether the rows lie in order. */
  batches(options?: EventOptions): AsyncIterable<RecordBatch>;
  /** Rows of a half-open range as one table. */
  table(options?: EventOptions): Promise<Table>;
  /** The ticks of the first and the last row; undefined where there are none. Of more than 8192 rows that are not in order it is a guess from both ends until they were read. */
  ends(options?: CallOptions): Promise<{ readonly first: bigint; readonly last: bigint } | undefined>;
}

type Waveform = { readonly field: Field; readonly bytes: number };

const batchRows = 65_536;
const batchBytes = 8_000_000;
/** Rows that are read to find both ends of a table. */
const endRows = 4_096;

export type EventTableContext = {
  readonly name: string;
  readonly header: RecordingHeader;
  readonly clock: RecordingClock;
  readonly warn: (warning: string) => void;
  /** Why the recording's table can't be read: every call rejects with it. */
  readonly failure?: unknown;
};

/** `dataset` has passed {@link checkEvents}; undefined where the recording has no such table. */
export function eventTable(dataset: Dataset | undefined, context: EventTableContext): EventTable {
  const { name, clock } = context;
  const size = dataset?.shape?.[0] ?? 0;
  const channel = dataset === undefined ? arrowType.uint8() : channelType(dataset);
  const waveform = dataset === undefined ? absentWaveform(name) : waveformOf(dataset);
  const schema = schemaOf([
    timeField(),
    fieldOf("tick", arrowType.int64(), { role: "tick", description: "Frames since the recording's start" }),
    fieldOf("channel", channel, { role: "category", description: "Electrode" }),
    ...(waveform === undefined ? [] : [waveform.field]),
  ]);
  let unsorted: BigInt64Array | undefined;
  const order = shared<RowOrder>(async (options) => {
    const found = await rowOrder(stored(), size, options);
    if (!found.sorted) unsorted = found.ticks;
    return found;
  });
  const offset = shared<bigint>(async (options) => {
    const ends = await storedEnds(options);
    const found = tickOffset(context.header, ends?.first, ends?.last);
    if (found.warning !== undefined) context.warn(`${name}: ${found.warning}`);
    return found.offset;
  });

  function stored(): Dataset {
    if (dataset === undefined) throw sondeError("not-found", `this recording has no ${name}`, { id: name });
    return dataset;
  }

  async function storedEnds(options: CallOptions): Promise<{ first: bigint; last: bigint } | undefined> {
    if (size === 0) return undefined;
    const [least, greatest] = [unsorted?.[0], unsorted?.at(-1)];
    if (least !== undefined && greatest !== undefined) return { first: least, last: greatest };
    const read = async (start: number) => {
      const end = Math.min(size, start + endRows);
      const { timestamp } = await stored().fields({ names: ["timestamp"], rows: { start, end }, ...options });
      return asTicks(timestamp, stored().path);
    };
    const ticks = size <= endRows ? [await read(0)] : [await read(0), await read(size - endRows)];
    let [first, last] = [ticks[0]?.[0] ?? 0n, ticks[0]?.[0] ?? 0n];
    for (const part of ticks) {
      for (const tick of part) {
        if (tick < first) first = tick;
        if (tick > last) last = tick;
      }
    }
    return { first, last };
  }

  function columnsOf(rows: EventRows, shift: bigint, projected: Schema): { readonly [name: string]: ColumnInput } {
    const ticks = shift === 0n ? rows.ticks : rows.ticks.map((tick) => tick + shift);
    return mapFields(fieldNames(projected), (column): ColumnInput => {
      if (column === "time") return ticksToTimes(clock, ticks);
      if (column === "tick") return ticks;
      return numbers(rows.fields[column] ?? new Uint8Array(0), column === "channel" && channel.bitWidth === 32);
    });
  }

  /** `inspect` sees the stored ticks of each piece. */
  async function* batchesBy(
    orderOf: (options: CallOptions) => Promise<RowOrder>,
    options: EventOptions,
    inspect?: (ticks: BigInt64Array) => void,
  ): AsyncGenerator<RecordBatch, void, undefined> {
    const { signal } = options;
    const range = toTickRange(options, clock);
    const projected = projectSchema(schema, options.columns ?? ["tick", "channel"]);
    signal?.throwIfAborted();
    if (context.failure !== undefined) throw context.failure;
    if (size === 0 || range.from === range.to) return;
    const shift = await offset({ signal });
    const wanted = fieldNames(projected).filter((column) => column !== "time" && column !== "tick");
    const names = options.channels === undefined || wanted.includes("channel") ? wanted : [...wanted, "channel"];
    const rowBytes = 16 + (names.includes("samples") ? (waveform?.bytes ?? 0) : 0);
    const pieceRows = Math.max(1, Math.min(batchRows, Math.floor(batchBytes / rowBytes)));
    const known = await orderOf({ signal });
    const query = {
      dataset: stored(),
      order: known,
      size,
      from: range.from - shift,
      to: range.to - shift,
      names,
      // Pieces that hold damage are lost whole.
      pieceRows: known.sorted && known.damaged !== undefined ? Math.min(pieceRows, known.blockRows) : pieceRows,
    };
    for await (const piece of eventRows(query, { signal })) {
      inspect?.(piece.ticks);
      const rows = options.channels === undefined ? piece : ofChannels(piece, new Set(options.channels));
      if (rows.ticks.length > 0) yield batchOf(projected, columnsOf(rows, shift, projected));
      signal?.throwIfAborted();
    }
  }

  /**
   * All rows in one pass, as if they lay in order; undefined where they turn out not to. Only who holds them all can go back, so
   * batches as they come take a pass over the ticks first.
   */
  async function inOnePass(options: EventOptions): Promise<RecordBatch[] | undefined> {
    const found: RecordBatch[] = [];
    let ascending = true;
    let before = leastTick;
    const inspect = (ticks: BigInt64Array) => {
      ascending &&= isAscending(ticks, before);
      before = ticks.at(-1) ?? before;
    };
    const assumed: RowOrder = { sorted: true, blockRows: size, firsts: BigInt64Array.of(leastTick) };
    for await (const batch of batchesBy(async () => assumed, options, inspect)) {
      if (!ascending) return undefined;
      found.push(batch);
    }
    return ascending ? found : undefined;
  }

  const batches = (options: EventOptions = {}) => batchesBy(order, options);

  const table: EventTable = {
    size,
    recorded: dataset !== undefined || context.failure !== undefined,
    schema,
    batches,
    async table(options = {}) {
      const { from, to, start, end } = options;
      const isWhole = [from, to, start, end].every((bound) => bound === undefined);
      let found = isWhole && unsorted === undefined ? await inOnePass(options) : undefined;
      if (found === undefined) {
        found = [];
        for await (const batch of batches(options)) found.push(batch);
      }
      return tableOf(projectSchema(schema, options.columns ?? ["tick", "channel"]), found);
    },
    async ends(options = {}) {
      const ends = await storedEnds(options);
      const shift = ends === undefined ? 0n : await offset(options);
      return ends && { first: ends.first + shift, last: ends.last + shift };
    },
  };
  return printable(table, () => (table.recorded ? `${size} ${name}` : `no ${name} recorded`));
}

const fieldNames = (schema: Schema): readonly string[] => schema.fields.map((field: Field) => field.name);

function ofChannels(rows: EventRows, channels: ReadonlySet<number>): EventRows {
  const channel = rows.fields.channel ?? [];
  const kept: number[] = [];
  for (let row = 0; row < channel.length; row++) if (channels.has(Number(channel[row]))) kept.push(row);
  const pick = (values: FieldValues): FieldValues => {
    const width = values.length / rows.ticks.length;
    if (!ArrayBuffer.isView(values)) return kept.map((row) => values[row] ?? "");
    // A typed array's constructor makes one of its own kind.
    const result = new (values.constructor as new (length: number) => Float32Array)(kept.length * width);
    for (const [to, row] of kept.entries()) result.set(values.subarray(row * width, (row + 1) * width) as Float32Array, to * width);
    return result;
  };
  const ticks = BigInt64Array.from(kept, (row) => rows.ticks[row] as bigint); // in bounds
  return { ticks, fields: mapFields(Object.keys(rows.fields), (name) => pick(rows.fields[name] as FieldValues)) };
}

/** Typed arrays as they are; channels of other widths as 32-bit integers. */
function numbers(values: FieldValues, widen: boolean): ColumnInput {
  if (!ArrayBuffer.isView(values)) return values;
  return widen ? Int32Array.from(values as Iterable<number | bigint>, Number) : values;
}

function fieldType(dataset: Dataset, name: string): DataType | undefined {
  return compound(dataset).fields.find((field) => field.name === name)?.type;
}

function compound(dataset: Dataset): CompoundType {
  if (dataset.type.kind === "compound" && dataset.shape?.length === 1) return dataset.type;
  throw sondeError("format", `${dataset.path} is no table: it holds ${dataset.type.kind} values`, { key: dataset.path });
}

/** Rejects `format` for a table that lacks the columns `timestamp` and `channel`. */
export function checkEvents(dataset: Dataset): void {
  for (const name of ["timestamp", "channel"]) {
    const type = fieldType(dataset, name);
    if (type?.kind === "integer") continue;
    throw sondeError("format", `${dataset.path} has no column '${name}' of integers`, { key: `${dataset.path}/${name}` });
  }
}

function channelType(dataset: Dataset) {
  const type = fieldType(dataset, "channel");
  return type?.kind === "integer" && type.bytes === 1 && !type.signed ? arrowType.uint8() : arrowType.int32();
}

/** A recording without spikes has the columns of one with spikes, and no rows. */
function absentWaveform(name: string): Waveform | undefined {
  return name === "spikes" ? { field: waveformField(arrowType.float32(), 75), bytes: 300 } : undefined;
}

/** Undefined where there are none, or none that are arrays of floats: readers of spikes do without them. */
function waveformOf(dataset: Dataset): Waveform | undefined {
  const type = fieldType(dataset, "samples");
  if (type?.kind !== "array" || type.of.kind !== "float" || type.of.bytes < 4) return undefined;
  const length = type.shape.reduce((product, side) => product * side, 1);
  return { field: waveformField(type.of.bytes === 8 ? arrowType.float64() : arrowType.float32(), length), bytes: type.bytes };
}

function waveformField(element: ReturnType<typeof arrowType.float32>, length: number): Field {
  const description = "Waveform around the spike, 25 frames before it and 50 from it on";
  return fieldOf("samples", arrowType.fixedSizeList(element, length), {
    role: "array",
    unit: "µV",
    ...(length === 75 ? { description } : {}),
  });
}
