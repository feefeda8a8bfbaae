import { type Data, type RecordBatch, Table } from "apache-arrow";
import { sondeError } from "../../errors.js";
import { chunksOf, timesOf } from "../../table/column.js";
import { tableOf } from "../../table/table.js";
import { takeRows } from "../../table/take.js";
import { numbersOf } from "../windows/numbers.js";
import { quantitiesOf } from "../windows/quantities.js";
import { lttb, minMaxLttb } from "./lttb.js";
import { m4, minMax } from "./min-max.js";

export type DownsampleMethod = "m4" | "min-max" | "lttb" | "min-max-lttb";
export type DownsampleOptions = {
  /** About how many rows to keep; a gap may add some. */
  readonly points: number;
  /** `min-max-lttb` without: the best-looking line. `m4` is the line itself to the pixel, for `points` of four times the width. */
  readonly method?: DownsampleMethod | undefined;
  /** The column whose shape is kept; the first of numbers without. */
  readonly column?: string | undefined;
};

/**
 * Fewer rows of a table that look like all of them: rows as they are, with every column, chosen by the shape of one. Null and
 * NaN are gaps and stay gaps. A table that has few rows already comes back whole.
 *
 * @example
 * ```ts
 * const few = downsample(table, { points: 2000, method: "m4", column: "value" });
 * ```
 */
export function downsample(table: Table | RecordBatch, options: DownsampleOptions): Table {
  const { points, method = "min-max-lttb" } = options;
  if (!Number.isInteger(points) || points < 4) throw sondeError("options", `${points} points: give an integer of 4 or more`, {});
  const batches = table instanceof Table ? table.batches : [table];
  const rows = table.numRows;
  if (rows <= points) return tableOf(table.schema, batches);
  const column = options.column ?? firstNumber(table);
  const values = new Float64Array(rows);
  const times = new BigInt64Array(rows);
  let at = 0;
  for (const batch of batches) {
    // A column of a batch is one chunk.
    values.set(numbersOf(chunksOf(batch, column)[0] as Data), at);
    times.set(timesOf(batch), at);
    at += batch.numRows;
  }
  return taken(table, batches, choose(method, times, values, points));
}

function choose(method: DownsampleMethod, times: BigInt64Array, values: Float64Array, points: number): Int32Array {
  if (method === "m4") return m4(times, values, Math.ceil(points / 4));
  if (method === "min-max") return minMax(times, values, Math.ceil(points / 2));
  return method === "lttb" ? lttb(times, values, points) : minMaxLttb(times, values, points);
}

function firstNumber(table: Table | RecordBatch): string {
  for (const quantity of quantitiesOf(table.schema)) {
    if (quantity.kind === "samples") return quantity.field.name;
    const [field] = quantity.kind === "statistics" ? quantity.stored.values() : [];
    if (field) return field.name;
  }
  throw sondeError("unsupported", "no column of numbers to keep the shape of: events are thinned by windows instead", {
    what: "downsample",
  });
}

/** The rows with these numbers in the whole table, ascending, batch by batch. */
function taken(table: Table | RecordBatch, batches: readonly RecordBatch[], rows: Int32Array): Table {
  const made: RecordBatch[] = [];
  let first = 0;
  let at = 0;
  for (const batch of batches) {
    const from = at;
    // In bounds by the first condition.
    while (at < rows.length && (rows[at] as number) < first + batch.numRows) at++;
    const start = first;
    if (at > from)
      made.push(
        takeRows(
          batch,
          rows.subarray(from, at).map((row) => row - start),
        ),
      );
    first += batch.numRows;
  }
  return tableOf(table.schema, made);
}
