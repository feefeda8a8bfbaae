import type { RecordBatch, Schema } from "@sonde/core/connector";
import { arrowType, batchOf, fieldOf, schemaOf, timeField } from "@sonde/core/connector";
import { readRawValues } from "../wire/raw-points.js";
import { readStatValues } from "../wire/stat-points.js";
import type { ReplyHead } from "../wire/status.js";

export type ValueColumn = Float64Array | BigUint64Array;
/** Points of one kind as columns of one length, times first, never descending. */
export type PointColumns = { readonly times: BigInt64Array; readonly values: readonly ValueColumn[] };

/** A kind of point: its columns, and how a message on the wire becomes them. */
export interface PointShape {
  /** `time`, then a column for each of `PointColumns.values`. */
  readonly schema: Schema;
  allocate(rows: number): PointColumns;
  read(message: Uint8Array): ReplyHead & PointColumns;
}

const float = arrowType.float64();

export const rawShape: PointShape = {
  schema: schemaOf([timeField(), fieldOf("value", float)]),
  allocate: (rows) => ({ times: new BigInt64Array(rows), values: [new Float64Array(rows)] }),
  read(message) {
    const { values, ...rest } = readRawValues(message);
    return { ...rest, values: [values] };
  },
};

const statistic = (name: "min" | "mean" | "max" | "stddev") => fieldOf(name, float, { statistic: name, of: "value", count: "count" });

/** `stddev` is the population's, as BTrDB keeps it. */
export const statShape: PointShape = {
  schema: schemaOf([
    timeField({ at: "start" }),
    statistic("min"),
    statistic("mean"),
    statistic("max"),
    fieldOf("count", arrowType.uint64(), { statistic: "count", of: "value" }),
    statistic("stddev"),
  ]),
  allocate: (rows) => ({
    times: new BigInt64Array(rows),
    values: [new Float64Array(rows), new Float64Array(rows), new Float64Array(rows), new BigUint64Array(rows), new Float64Array(rows)],
  }),
  read(message) {
    const { min, mean, max, count, stddev, ...rest } = readStatValues(message);
    return withoutEmpty({ ...rest, values: [min, mean, max, count, stddev] });
  },
};

/** The windows that hold points: some servers send the others too, as zeros. */
export function withoutEmpty<T extends PointColumns>(columns: T): T {
  const counts = columns.values[3];
  if (counts === undefined) return columns;
  let filled = 0;
  for (let row = 0; row < counts.length; row++) if (Number(counts[row]) !== 0) filled++;
  if (filled === counts.length) return columns;
  const kept = statShape.allocate(filled);
  let to = 0;
  for (let row = 0; row < counts.length; row++) {
    if (Number(counts[row]) === 0) continue;
    // Columns of one length.
    kept.times[to] = columns.times[row] as bigint;
    for (const [index, column] of columns.values.entries()) (kept.values[index] as { [row: number]: unknown })[to] = column[row];
    to++;
  }
  return { ...columns, ...kept };
}

/** A part of the rows: a view. */
export function sliceColumns({ times, values }: PointColumns, from: number, to = times.length): PointColumns {
  return from === 0 && to === times.length
    ? { times, values }
    : { times: times.subarray(from, to), values: values.map((column) => column.subarray(from, to)) };
}

/** The columns as a batch of `schema`, which is the shape's, with whatever metadata. Nothing is copied. */
export function columnsBatch(schema: Schema, { times, values }: PointColumns): RecordBatch {
  return batchOf(
    schema,
    Object.fromEntries(schema.fields.map(({ name }, index) => [name, index === 0 ? times : (values[index - 1] ?? [])])),
  );
}
