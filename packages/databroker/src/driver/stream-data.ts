import { isSondeError } from "@sonde/core/bytes";
import {
  arrowType,
  batchOf,
  type Call,
  type ColumnInput,
  type Field,
  fieldOf,
  type RecordBatch,
  type Schema,
  schemaOf,
  timeField,
} from "@sonde/core/connector";
import type { StreamColumns } from "../catalog/types.js";
import { externalKind } from "../event-model/data-key.js";
import { nanosOfAll } from "../event-model/seconds.js";
import type { RunContext } from "../run/context.js";
import { dataKeysOf } from "../run/describe.js";
import { eventArrays } from "../run/event-arrays.js";
import { streamColumns } from "../run/stream-columns.js";
import { columnOf } from "../table/column.js";
import { joinedRows, type StreamRows, takenRows } from "../table/rows.js";

/** All events of a stream as columns under one schema, in order of time; what a read hands out in batches. */
export type StreamData = {
  readonly schema: Schema;
  readonly times: BigInt64Array;
  readonly columns: ReadonlyMap<string, ColumnInput>;
  /** The damage after which nothing could be read. */
  readonly error?: unknown;
};

/** Whether a field's cells are arrays that are read one at a time: external ones, and those of two dimensions or more. */
export function isArrayField(key: Parameters<typeof externalKind>[0]): boolean {
  return externalKind(key) !== undefined || (key.dtype === "array" && Array.isArray(key.shape) && key.shape.length >= 2);
}

/** Reads a stream of a run whole: the events of a run are few beside its images, which stay where they are. */
export async function readStream(context: RunContext, stream: string, call: Call): Promise<StreamData> {
  const options = { signal: call.signal };
  const keys = dataKeysOf(await context.descriptorsOf(stream, options));
  const plain = [...keys].flatMap(([name, key]) => (isArrayField(key) ? [] : [name]));
  const pieces: StreamColumns[] = [];
  let error: unknown;
  try {
    for await (const piece of await streamColumns(context, { stream, fields: plain }, options)) pieces.push(piece);
  } catch (damage) {
    if (call.signal.aborted || !isSondeError(damage, "format")) throw damage;
    error = damage;
  }
  const arrayFields = [...keys].flatMap(([name, key]) => (isArrayField(key) ? [name] : []));
  const rows = byTime(pieces.length === 0 ? await rowsOfArrays(context, stream, keys, arrayFields, options) : joinedRows(pieces, plain));

  const fields: Field[] = [timeField()];
  const columns = new Map<string, ColumnInput>();
  const times = nanosOfAll(rows.time);
  columns.set("time", times);
  const add = (field: Field, values: ColumnInput) => {
    fields.push(field);
    columns.set(field.name, values);
  };
  add(
    fieldOf("seq_num", arrowType.uint32(), { role: "category", description: "The event's number in its stream" }),
    Uint32Array.from(rows.seqNum),
  );
  for (const [name, key] of keys) {
    // Names that every stream has already.
    const shown = columns.has(name) ? `${name}_` : name;
    if (arrayFields.includes(name)) {
      const info = { role: "array", ...(typeof key.source === "string" && key.source !== "" ? { description: key.source } : {}) } as const;
      add(fieldOf(shown, arrowType.utf8(), info, true), Array.from(rows.seqNum, String));
    } else {
      const { field, values } = columnOf(shown, rows.data.get(name) ?? [], key);
      add(field, values);
    }
  }
  return { schema: schemaOf(fields), times, columns, ...(error === undefined ? {} : { error }) };
}

/** Streams whose data come by stream datums alone have no events: their rows are those of the first array. */
async function rowsOfArrays(
  context: RunContext,
  stream: string,
  keys: ReadonlyMap<string, Parameters<typeof externalKind>[0]>,
  fields: readonly string[],
  options: { readonly signal: AbortSignal },
): Promise<StreamRows> {
  const name = fields.find((field) => externalKind(keys.get(field) ?? { dtype: "array", shape: [], source: "" }) === "stream");
  const none = { seqNum: new Float64Array(0), time: new Float64Array(0), data: new Map() };
  if (name === undefined) return none;
  const arrays = await eventArrays(context, stream, name, options);
  await arrays.close();
  const seqNum = Float64Array.from(arrays.rows, (row) => row.seqNum);
  return { seqNum, time: Float64Array.from(arrays.rows, ({ time }) => Number(time) / 1e9), data: new Map() };
}

function byTime(rows: StreamRows): StreamRows {
  const { time } = rows;
  let ascending = true;
  for (let row = 1; row < time.length && ascending; row++) ascending = at(time, row - 1) <= at(time, row);
  if (ascending) return rows;
  const order = Uint32Array.from(time, (_, row) => row).sort((a, b) => at(time, a) - at(time, b) || a - b);
  return takenRows(rows, order);
}

/** As `nanosOfAll` reads what is no time. */
const at = (time: Float64Array, row: number): number => {
  const value = time[row] ?? 0;
  return Math.abs(value) <= 9.2e9 ? value : 0;
};

/** Rows `from <= row < to` of the columns that `schema` has: views where the columns are typed arrays. */
export function batchFrom(data: StreamData, schema: Schema, from: number, to: number): RecordBatch {
  const names = schema.fields.map(({ name }: Field) => name);
  const columns = names.map((name: string) => [name, sliced(data.columns.get(name) ?? [], from, to, data.times.length)] as const);
  // fromEntries defines its properties: `__proto__` is a column like any other.
  return batchOf(schema, Object.fromEntries(columns));
}

function sliced(input: ColumnInput, from: number, to: number, rows: number): ColumnInput {
  if (ArrayBuffer.isView(input)) return input.subarray((input.length / rows) * from, (input.length / rows) * to);
  if ("valid" in input) {
    const { values, valid } = input;
    const width = values.length / rows;
    return { values: values.subarray(width * from, width * to), valid: (row) => valid(from + row) };
  }
  return input.slice(from, to);
}
