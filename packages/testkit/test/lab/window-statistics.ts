import {
  arrowType,
  batchOf,
  cellOf,
  fieldInfo,
  fieldOf,
  type Statistic,
  schemaOf,
  timeField,
  timesOf,
  type WindowQuery,
} from "@sonde/core/connector";
import type { RecordBatch } from "../../src/arrow.js";

/** One pass over the rows, by Welford's recurrence: another way than the kit's. */
export function windowBatch(batch: RecordBatch, { range, width, statistics, columns = [] }: WindowQuery): RecordBatch | undefined {
  const members = new Map<bigint, number[]>();
  for (const [row, time] of timesOf(batch).entries()) {
    if (time < range.start || time >= range.end) continue;
    const start = (time / width) * width;
    members.set(start, [...(members.get(start) ?? []), row]);
  }
  const windows = [...members];
  if (windows.length === 0) return undefined;
  const outputs = columns.flatMap((column) => statistics.map((statistic) => ({ column, statistic, name: `${statistic}_${column}` })));
  const schema = schemaOf([
    timeField({ at: "start", width }),
    ...outputs.map(({ column, statistic, name }) => fieldOf(name, arrowType.float64(), { statistic, of: column }, true)),
  ]);
  return batchOf(schema, {
    time: windows.map(([start]) => start),
    ...Object.fromEntries(
      outputs.map(({ column, statistic, name }) => {
        const index = batch.schema.fields.findIndex((field) => field.name === column);
        const { scale = 1, offset = 0 } = fieldInfo(batch.schema.fields[index]!);
        const cells = windows.map(([, members]) => {
          const values = members.map((row) => cellOf(batch.data.children[index]!, row)).filter((cell) => cell !== null);
          return statisticOf(
            statistic,
            values.map((cell) => Number(cell) * scale + offset),
          );
        });
        return [name, cells];
      }),
    ),
  });
}

export function statisticOf(statistic: Statistic, values: readonly number[]): number | null {
  let [count, mean, squares] = [0, 0, 0];
  for (const value of values) {
    count++;
    const before = value - mean;
    mean += before / count;
    squares += before * (value - mean);
  }
  if (statistic === "count") return count;
  if (count === 0) return null;
  if (statistic === "mean") return mean;
  if (statistic === "sum") return mean * count;
  if (statistic === "stddev") return count > 1 ? Math.sqrt(squares / (count - 1)) : null;
  if (statistic === "min") return Math.min(...values);
  if (statistic === "max") return Math.max(...values);
  const sorted = [...values].sort((a, b) => a - b);
  return count % 2 ? sorted[(count - 1) / 2]! : (sorted[count / 2 - 1]! + sorted[count / 2]!) / 2;
}
