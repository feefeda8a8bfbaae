import {
  arrowType,
  batchOf,
  type ColumnInput,
  canonicalBatch,
  chunksOf,
  type Data,
  type Field,
  type RecordBatch,
  schemaOf,
  sondeError,
  takeRows,
  timeField,
} from "@sonde/core/connector";
import { nanosOfSeconds } from "../schema/seconds.js";
import { toUtc, unitOf } from "../schema/time-column.js";
import { fits, isNumber, widen } from "../schema/types.js";
import { type ReadPlan, storedName } from "./plan.js";

export type Adapted = {
  readonly batch: RecordBatch;
  /** Rows left out, for they have no time. */
  readonly timeless: number;
};

/** A batch of a file as rows of the topic: `time` in nanoseconds, columns of the plan's types, null where the file has none. In the file's order. */
export function adapt(batch: RecordBatch, plan: ReadPlan, key: string): Adapted {
  const { shape, schema } = plan;
  const { times, missing } = timesOfColumn(columnOf(batch, shape.time.name), shape.time.scale);
  const plain = missing.size === 0 ? plainColumns(batch, plan) : undefined;
  if (plain !== undefined) {
    plain.time = times;
    return { batch: batchOf(schema, plain), timeless: 0 };
  }
  const names = batch.schema.fields.map(({ name }) => name);
  const at = schema.fields.map((field) => names.indexOf(storedName(shape, field.name)));
  // A column that is not there is made from one that is: the time.
  let made = batch.selectAt(at.map((index) => (index < 0 ? names.indexOf(shape.time.name) : index)));
  for (const [index, field] of schema.fields.entries()) {
    const source = at[index] === -1 ? undefined : made.data.children[index];
    const column = index === 0 ? { type: timeField(), values: times } : replacement(field, source, batch.numRows, key);
    if (column === undefined) continue;
    const one = batchOf(schemaOf([column.type]), { [column.type.name]: column.values });
    const vector = one.getChildAt(0);
    if (vector !== null) made = made.setChildAt(index, vector);
  }
  const rows = canonicalBatch(made, schema);
  if (missing.size === 0) return { batch: rows, timeless: 0 };
  const kept = Int32Array.from(times.keys()).filter((row) => !missing.has(row));
  return { batch: takeRows(rows, kept), timeless: missing.size };
}

/**
 * The arrays of a file whose columns are numbers without nulls and of the plan's types, as the sink writes them: they are taken as they are, and
 * nothing of a batch is made twice. Undefined for any other.
 */
function plainColumns(batch: RecordBatch, { shape, schema }: ReadPlan): { [name: string]: ColumnInput } | undefined {
  const found = new Map(batch.schema.fields.map(({ name }, index) => [name, batch.data.children[index]]));
  // Without a prototype: names are data.
  const columns: { [name: string]: ColumnInput } = Object.create(null);
  for (const [index, field] of schema.fields.entries()) {
    if (index === 0) continue;
    const data = found.get(storedName(shape, field.name));
    if (data === undefined || data.nullCount > 0 || !isNumber(field.type) || String(data.type) !== String(field.type)) return undefined;
    columns[field.name] = data.values.subarray(0, data.length);
  }
  return columns;
}

/** Undefined where the file's column is as it should be. */
function replacement(field: Field, source: Data | undefined, rows: number, key: string) {
  if (source === undefined) return { type: field, values: Array(rows).fill(null) };
  if (String(source.type) === String(field.type)) return undefined;
  if (!fits(source.type, field.type)) {
    throw sondeError(
      "format",
      `${key}: column '${field.name}' is ${source.type} where the topic has ${field.type}: skip the file by onDamaged, or leave the column out`,
      { key },
    );
  }
  const values = widen(source, field.type);
  return { type: field, values: source.nullCount === 0 ? values : { values, valid: (row: number) => source.getValid(row) } };
}

function columnOf(batch: RecordBatch, name: string): Data {
  // A batch has one chunk of each column.
  return chunksOf(batch, name)[0] as Data;
}

/** The instants of a column of seconds or of timestamps, and the rows that have none. */
function timesOfColumn(data: Data, scale: "utc" | "tai"): { times: BigInt64Array; missing: ReadonlySet<number> } {
  const missing = new Set<number>();
  if (data.nullCount > 0) for (let row = 0; row < data.length; row++) if (!data.getValid(row)) missing.add(row);
  const invalid = (row: number) => void missing.add(row);
  let times: BigInt64Array;
  if (String(data.type).startsWith("Timestamp")) {
    const unit = unitOf(data);
    // Timestamps are 64-bit integers.
    const stored = (data.values as BigInt64Array).subarray(0, data.length);
    const most = 2n ** 63n / unit;
    times = stored.map((value, row) => {
      if (value < most && value > -most) return value * unit;
      invalid(row);
      return 0n;
    });
  } else {
    const { values } = data;
    const seconds = values instanceof Float64Array ? values.subarray(0, data.length) : (widen(data, arrowType.float64()) as Float64Array);
    times = nanosOfSeconds(seconds, invalid);
  }
  if (scale === "tai") toUtc(times, (row) => !missing.has(row));
  return { times, missing };
}
