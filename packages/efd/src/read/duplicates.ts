import { batchOf, type ColumnInput, chunksOf, type Data, type RecordBatch, schemaOf, takeRows, timesOf } from "@sonde/core/connector";
import { readColumnName, type StatisticName } from "../schema/column-name.js";
import type { ReadPlan } from "./plan.js";

/**
 * One row for each time: windows that several workers filled in part, or that a replay gave again, are pooled by their counts. The least of the least,
 * means weighted, spreads about the common mean (Chan, Golub and LeVeque 1979); medians and quartiles of parts say nothing of the whole and become null.
 * Other columns are those of the first row. Rows of one time must be in one batch.
 */
export function mergeDuplicates(batch: RecordBatch, plan: ReadPlan): RecordBatch {
  const times = timesOf(batch);
  const firsts: number[] = [];
  for (let row = 0; row < times.length; row++) if (row === 0 || times[row] !== times[row - 1]) firsts.push(row);
  if (firsts.length === times.length) return batch;
  const rows = Int32Array.from(firsts);
  const kept = takeRows(batch, rows);
  const counts = plan.shape.kind === "aggregated" ? numbersOf(batch, "count") : undefined;
  const columns: { [name: string]: ColumnInput } = Object.create(null);
  for (const field of batch.schema.fields) {
    const name = plan.shape.kind === "aggregated" ? readColumnName(field.name) : undefined;
    const pooled = poolOf(batch, field.name, name, counts);
    if (pooled === undefined) continue;
    const values = firsts.map((from, index) => pooled(from, firsts[index + 1] ?? times.length));
    columns[field.name] = field.name === "count" ? values.map((value) => (value === null ? null : BigInt(value))) : values;
  }
  return replaced(kept, columns);
}

type Pool = (from: number, to: number) => number | null;
type Numbers = (row: number) => number | null;

function poolOf(
  batch: RecordBatch,
  column: string,
  name: { readonly statistic: StatisticName; readonly field: string } | undefined,
  counts: Numbers | undefined,
): Pool | undefined {
  if (counts === undefined) return undefined;
  if (column === "count") return (from, to) => sumOf(counts, from, to);
  if (name === undefined) return undefined;
  const values = numbersOf(batch, column);
  if (values === undefined) return undefined;
  if (name.statistic === "min") return (from, to) => extreme(values, from, to, (a, b) => a < b);
  if (name.statistic === "max") return (from, to) => extreme(values, from, to, (a, b) => a > b);
  if (name.statistic === "mean") return (from, to) => meanOf(values, counts, from, to);
  if (name.statistic === "stdev") {
    const means = numbersOf(batch, `mean_${name.field}`);
    return (from, to) => (to - from === 1 ? values(from) : means === undefined ? null : spreadOf(values, means, counts, from, to));
  }
  return (from, to) => (to - from === 1 ? values(from) : null);
}

function sumOf(values: Numbers, from: number, to: number): number {
  let sum = 0;
  for (let row = from; row < to; row++) sum += values(row) ?? 0;
  return sum;
}

function extreme(values: Numbers, from: number, to: number, before: (a: number, b: number) => boolean): number | null {
  let found: number | null = null;
  for (let row = from; row < to; row++) {
    const value = values(row);
    if (value !== null && (found === null || before(value, found))) found = value;
  }
  return found;
}

function meanOf(values: Numbers, counts: Numbers, from: number, to: number): number | null {
  if (to - from === 1) return values(from);
  let [sum, count] = [0, 0];
  for (let row = from; row < to; row++) {
    const [value, weight] = [values(row), counts(row) ?? 0];
    if (value === null || weight <= 0) continue;
    sum += value * weight;
    count += weight;
  }
  return count === 0 ? null : sum / count;
}

/** Of the sample: the squares about each mean, and those of the means about the common one. A window of one sample has no spread of its own. */
function spreadOf(deviations: Numbers, means: Numbers, counts: Numbers, from: number, to: number): number | null {
  const mean = meanOf(means, counts, from, to);
  if (mean === null) return null;
  let [squares, total] = [0, 0];
  for (let row = from; row < to; row++) {
    const [count, center, deviation] = [counts(row) ?? 0, means(row), deviations(row)];
    if (count <= 0 || center === null) continue;
    if (count > 1 && deviation === null) return null;
    squares += (count > 1 ? (count - 1) * (deviation ?? 0) ** 2 : 0) + count * (center - mean) ** 2;
    total += count;
  }
  return total < 2 ? null : Math.sqrt(squares / (total - 1));
}

/** Reads a column of numbers; undefined where there is none. */
function numbersOf(batch: RecordBatch, name: string): Numbers | undefined {
  if (!batch.schema.fields.some((field) => field.name === name)) return undefined;
  // A batch has one chunk of each column.
  const data = chunksOf(batch, name)[0] as Data;
  return (row) => (data.getValid(row) ? Number(data.values[row]) : null);
}

/** The batch with other cells in some columns, of the same types. */
export function replaced(batch: RecordBatch, columns: { readonly [name: string]: ColumnInput }): RecordBatch {
  let made = batch;
  for (const [index, field] of batch.schema.fields.entries()) {
    const values = columns[field.name];
    if (values === undefined) continue;
    const vector = batchOf(schemaOf([field]), { [field.name]: values }).getChildAt(0);
    if (vector !== null) made = made.setChildAt(index, vector);
  }
  return made;
}
