import { chunksOf, type Field, fieldInfo, isTypedArray, type Table, timesOf } from "@sonde/core/connector";

/** What is drawn of one quantity, in its unit: rows as they are (`low`, `mid` and `high` are one), or the statistics of windows. NaN where there is none. */
export type Series = {
  readonly name: string;
  readonly unit: string;
  readonly times: BigInt64Array;
  readonly low: Float64Array;
  readonly mid: Float64Array;
  readonly high: Float64Array;
};

/** The quantities of a view: by their statistics where the columns are such, else by the columns of numbers. */
export function seriesOf(table: Table): Series[] {
  const bands = new Map<string, { field: Field; low?: string; mid?: string; high?: string }>();
  for (const field of table.schema.fields) {
    const { role, statistic, of = field.name } = fieldInfo(field);
    if (field.name === "time" || role === "tick" || !/^(Int|Uint|Float)\d/.test(String(field.type))) continue;
    const band = bands.get(of) ?? { field };
    if (statistic === "min") band.low = field.name;
    else if (statistic === "max") band.high = field.name;
    else if (statistic === "mean" || (statistic === undefined && of === field.name)) band.mid = field.name;
    else continue;
    bands.set(of, band);
  }
  const times = allTimes(table);
  return [...bands].flatMap(([name, { field, low, mid, high }]) => {
    const middle = mid ?? low ?? high;
    if (middle === undefined) return [];
    const { unit = "", scale = 1, offset = 0 } = fieldInfo(field);
    // Rows are as stored, statistics say no scale.
    const read = (column: string) => numbers(table, column).map((value) => value * scale + offset);
    return [{ name, unit, times, low: read(low ?? middle), mid: read(middle), high: read(high ?? middle) }];
  });
}

/** A column as doubles; NaN where a cell is null. Cost: one pass. */
export function numbers(table: Table, name: string): Float64Array {
  const values = new Float64Array(table.numRows).fill(Number.NaN);
  let at = 0;
  for (const batch of table.batches) {
    for (const chunk of chunksOf(batch, name)) {
      const cells: unknown = chunk.values;
      if (!isTypedArray(cells)) continue;
      for (let row = 0; row < chunk.length; row++) if (chunk.nullCount === 0 || chunk.getValid(row)) values[at + row] = Number(cells[row]);
    }
    at += batch.numRows;
  }
  return values;
}

export function allTimes(table: Table): BigInt64Array {
  const times = new BigInt64Array(table.numRows);
  let at = 0;
  for (const batch of table.batches) {
    times.set(timesOf(batch), at);
    at += batch.numRows;
  }
  return times;
}
