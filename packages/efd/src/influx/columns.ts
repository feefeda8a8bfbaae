import { sondeError } from "@sonde/core";
import { batchOf, type ColumnInput, type RecordBatch, type Schema } from "@sonde/core/connector";
import type { InfluxCell, InfluxSeries } from "./answer.js";
import type { InfluxColumn } from "./fields.js";
import { type InfluxScale, utcOf } from "./range.js";

/** What was asked for, in the order of the query, and what of it becomes columns. */
export type ReadPlan = {
  readonly topic: string;
  readonly schema: Schema;
  readonly columns: readonly InfluxColumn[];
  readonly scale: InfluxScale;
};

/**
 * The rows of one piece as a batch of `schema`: `time`, then the columns asked for, by their place, as the database renames what comes
 * twice. Throws `format` for a cell that is not of its column's type.
 */
export function batchIn(series: InfluxSeries, plan: ReadPlan): RecordBatch {
  const { rows } = series;
  const { schema, columns, topic, scale } = plan;
  if (series.columns.length !== columns.length + 1 || series.columns[0] !== "time") {
    throw sondeError("format", `the answer for '${topic}' has the columns ${series.columns.join(", ")}, others were asked for`, {
      key: topic,
    });
  }
  const times = new BigInt64Array(rows.length);
  for (const [index, row] of rows.entries()) {
    const time = row[0];
    if (typeof time !== "bigint") throw misfit(topic, "time", row[0]);
    times[index] = utcOf(time, scale);
  }
  // Without a prototype: the names are data.
  const cells: { [name: string]: ColumnInput } = Object.create(null);
  cells.time = times;
  const wanted = new Set(schema.fields.map(({ name }) => name));
  for (const [index, column] of columns.entries())
    if (wanted.has(column.name)) cells[column.name] = cellsOf(rows, index + 1, column, topic);
  return batchOf(schema, cells);
}

type Rows = readonly (readonly InfluxCell[])[];

function cellsOf(rows: Rows, place: number, { name, type }: InfluxColumn, topic: string): ColumnInput {
  if (type === "float") {
    const values = new Float64Array(rows.length);
    return masked(rows, place, values, (cell, row) => {
      if (typeof cell !== "number" && typeof cell !== "bigint") throw misfit(topic, name, cell);
      // The database prints 1e20 as an integer.
      values[row] = Number(cell);
    });
  }
  if (type === "integer" || type === "unsigned") {
    const values = type === "integer" ? new BigInt64Array(rows.length) : new BigUint64Array(rows.length);
    return masked(rows, place, values, (cell, row) => {
      const whole = typeof cell === "number" && Number.isInteger(cell) ? BigInt(cell) : cell;
      if (typeof whole !== "bigint") throw misfit(topic, name, cell);
      values[row] = whole;
      if (values[row] !== whole) throw misfit(topic, name, cell);
    });
  }
  const kind = type === "boolean" ? "boolean" : "string";
  return rows.map((row) => {
    const cell = row[place] ?? null;
    if (cell !== null && typeof cell !== kind) throw misfit(topic, name, cell);
    return cell;
  });
}

function masked(
  rows: Rows,
  place: number,
  values: Float64Array | BigInt64Array | BigUint64Array,
  take: (cell: Exclude<InfluxCell, null>, row: number) => void,
): ColumnInput {
  let absent: Uint8Array | undefined;
  for (const [index, row] of rows.entries()) {
    const cell = row[place] ?? null;
    if (cell === null) (absent ??= new Uint8Array(rows.length))[index] = 1;
    else take(cell, index);
  }
  return absent === undefined ? values : { values, valid: (row) => absent[row] === 0 };
}

function misfit(topic: string, column: string, cell: InfluxCell | undefined) {
  const kind = cell === null ? "null" : typeof cell;
  return sondeError("format", `column '${column}' of '${topic}' holds a ${kind} where the database said otherwise: did its type change?`, {
    key: topic,
  });
}
