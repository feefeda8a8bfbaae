import type { Table } from "@sonde/core/connector";
import { chunksOf, fieldInfo, isTypedArray, timesOf } from "@sonde/core/connector";

/** One quantity over time, as doubles; NaN where there is none. Times never descend. */
export type Series = {
  readonly name: string;
  readonly unit?: string | undefined;
  readonly times: BigInt64Array;
  readonly values: Float64Array;
};

/** The columns that a plot shows without being told: numbers that are neither ticks nor counts. */
export function numberColumns(table: Table): string[] {
  return table.schema.fields
    .filter((field) => {
      const { role, statistic } = fieldInfo(field);
      return field.name !== "time" && role !== "tick" && statistic !== "count" && /^(Int|Uint|Float)\d/.test(String(field.type));
    })
    .map(({ name }) => name);
}

/** Rejects `not-found`, naming the columns. Cost: one pass; 64-bit integers become the nearest double. */
export function seriesOf(table: Table, name: string): Series {
  const values = new Float64Array(table.numRows);
  const times = new BigInt64Array(table.numRows);
  const field = table.schema.fields.find((one) => one.name === name);
  const { label, unit } = field ? fieldInfo(field) : {};
  let at = 0;
  for (const batch of table.batches) {
    times.set(timesOf(batch), at);
    for (const chunk of chunksOf(batch, name)) {
      const cells: unknown = chunk.values;
      if (!isTypedArray(cells)) continue;
      for (let row = 0; row < chunk.length; row++) {
        values[at + row] = chunk.nullCount > 0 && !chunk.getValid(row) ? Number.NaN : Number(cells[row]);
      }
    }
    at += batch.numRows;
  }
  return { name: label ?? name, unit, times, values };
}

/** The least and the greatest of all finite values; undefined where there is none. */
export function extremes(all: readonly Float64Array[]): readonly [number, number] | undefined {
  let least = Number.POSITIVE_INFINITY;
  let most = Number.NEGATIVE_INFINITY;
  for (const values of all) {
    for (const value of values) {
      if (!Number.isFinite(value)) continue;
      if (value < least) least = value;
      if (value > most) most = value;
    }
  }
  return least <= most ? [least, most] : undefined;
}
