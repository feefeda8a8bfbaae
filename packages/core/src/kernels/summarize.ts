import { type Data, DataType, type Field, type RecordBatch, Table, TimeUnit } from "apache-arrow";
import type { Statistic } from "../contract.js";
import { batchOf, type ColumnInput } from "../table/batch.js";
import { cellOf } from "../table/column.js";
import { fieldInfo, fieldOf } from "../table/field.js";
import { schemaOf } from "../table/schema.js";
import { tableOf } from "../table/table.js";
import { cellText } from "../table/text.js";
import { isTypedArray } from "../table/typed-array.js";
import { arrowType } from "../table/types.js";
import { accumulatorOf } from "./windows/accumulator-of.js";
import { outputsOf } from "./windows/plan.js";
import type { Quantity } from "./windows/quantities.js";

/** What one wants to know of a column at a glance. */
export interface ColumnSummary {
  readonly column: string;
  /** As Arrow writes it. */
  readonly type: string;
  readonly unit: string | undefined;
  readonly rows: number;
  readonly nulls: number;
  /** Numbers that are none: not counted in what follows, nor among the nulls. */
  readonly nans: number;
  /** Exact: bigint of 64-bit integers and of times (nanoseconds); physical units where the field has a scale; undefined where there is no order or no value. */
  readonly min: number | bigint | string | boolean | undefined;
  readonly max: number | bigint | string | boolean | undefined;
  /** Of booleans, the share that is true. */
  readonly mean: number | undefined;
  /** Of a sample (n - 1). */
  readonly stddev: number | undefined;
}

/** A summary of each column of a table, in its order. Cost: one pass over numbers; texts are decoded one by one. */
export function columnSummaries(table: Table | RecordBatch): ColumnSummary[] {
  const batches = table instanceof Table ? table.batches : [table];
  return table.schema.fields.map((field, index) => {
    // A batch has a column for each field.
    const chunks = batches.map((batch) => batch.data.children[index] as Data);
    const rows = chunks.reduce((total, data) => total + data.length, 0);
    const nulls = chunks.reduce((total, data) => total + data.nullCount, 0);
    const base = { column: field.name, type: String(field.type), unit: fieldInfo(field).unit, rows, nulls, nans: 0 };
    const none = { min: undefined, max: undefined, mean: undefined, stddev: undefined };
    const { type } = field;
    if (DataType.isInt(type) || DataType.isFloat(type)) {
      const { count, ...found } = numbers(field, chunks);
      return { ...base, ...found, nans: rows - nulls - count };
    }
    const isNanos =
      DataType.isTimestamp(type) && chunks.every(({ values }) => values instanceof BigInt64Array) && type.unit === TimeUnit.NANOSECOND;
    if (isNanos) {
      const { min, max } = numbers(fieldOf(field.name, arrowType.int64()), chunks);
      return { ...base, ...none, min, max };
    }
    if (DataType.isBool(type) || DataType.isUtf8(type)) return { ...base, ...none, ...ordered(chunks) };
    return { ...base, ...none };
  });
}

/**
 * A table with one row for each column: rows, nulls, NaNs, least, greatest, mean and spread. Least and greatest are exact text,
 * times as RFC 3339; `columnSummaries` has them as values.
 *
 * @example
 * ```ts
 * console.log(summarize(await stream.table({ last: "1h" })));
 * ```
 */
export function summarize(table: Table | RecordBatch): Table {
  const summaries = columnSummaries(table);
  const text = (value: ColumnSummary["min"], index: number) => {
    const isTime = DataType.isTimestamp(table.schema.fields[index]?.type);
    return value === undefined ? null : cellText(value, { isTime });
  };
  const counts = (key: "rows" | "nulls" | "nans") => summaries.map((summary) => BigInt(summary[key]));
  const batch = batchOf(summarySchema, {
    column: summaries.map(({ column }) => column),
    type: summaries.map(({ type }) => type),
    unit: summaries.map(({ unit }) => unit ?? null),
    rows: counts("rows"),
    nulls: counts("nulls"),
    nans: counts("nans"),
    min: summaries.map(({ min }, index) => text(min, index)),
    max: summaries.map(({ max }, index) => text(max, index)),
    mean: summaries.map(({ mean }) => mean ?? null),
    stddev: summaries.map(({ stddev }) => stddev ?? null),
  });
  return tableOf(summarySchema, [batch]);
}

const summarySchema = schemaOf([
  fieldOf("column", arrowType.utf8()),
  fieldOf("type", arrowType.utf8()),
  fieldOf("unit", arrowType.utf8(), {}, true),
  fieldOf("rows", arrowType.int64()),
  fieldOf("nulls", arrowType.int64()),
  fieldOf("nans", arrowType.int64()),
  fieldOf("min", arrowType.utf8(), {}, true),
  fieldOf("max", arrowType.utf8(), {}, true),
  fieldOf("mean", arrowType.float64(), {}, true),
  fieldOf("stddev", arrowType.float64(), {}, true),
]);

const asked = ["min", "max", "mean", "stddev", "count"] as const satisfies readonly Statistic[];

/** By the kernels of windows: the whole column is one. */
function numbers(field: Field, chunks: readonly Data[]) {
  const quantity: Quantity = { kind: "samples", name: field.name, field };
  const outputs = outputsOf(quantity, asked);
  const accumulator = accumulatorOf(quantity, outputs);
  for (const data of chunks) {
    accumulator.load(() => data);
    accumulator.add(0, data.length);
  }
  accumulator.close(0n);
  const found = new Map(accumulator.take(1).map((column, index) => [outputs[index]?.statistic, single(column)]));
  const number = (statistic: Statistic) => {
    const value = found.get(statistic);
    return value === undefined ? undefined : Number(value);
  };
  return { min: found.get("min"), max: found.get("max"), mean: number("mean"), stddev: number("stddev"), count: number("count") ?? 0 };
}

function single(column: ColumnInput): number | bigint | undefined {
  if ("valid" in column) return column.valid(0) ? column.values[0] : undefined;
  return isTypedArray(column) ? column[0] : undefined;
}

/** Booleans and texts, by JavaScript's order (of UTF-16 code units). */
function ordered(chunks: readonly Data[]) {
  let min: string | boolean | undefined;
  let max: string | boolean | undefined;
  let [yes, count] = [0, 0];
  for (const data of chunks) {
    for (let row = 0; row < data.length; row++) {
      const cell = cellOf(data, row);
      if (typeof cell !== "string" && typeof cell !== "boolean") continue;
      count++;
      if (cell === true) yes++;
      if (min === undefined || cell < min) min = cell;
      if (max === undefined || cell > max) max = cell;
    }
  }
  return { min, max, mean: typeof min === "boolean" ? yes / count : undefined };
}
