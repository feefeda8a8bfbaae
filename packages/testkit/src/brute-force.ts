import { type FieldInfo, fieldInfo, type Nanos, type Statistic, type TimeRange } from "@sonde/core/connector";
import type { Field, Schema } from "./arrow.js";
import type { Rows } from "./rows.js";

/** Rows by the window `[k * width, (k + 1) * width)` that holds them: row numbers by the window's start, ascending. */
export function windowsOf(rows: Rows, width: Nanos): ReadonlyMap<Nanos, readonly number[]> {
  const windows = new Map<Nanos, number[]>();
  for (const [row, time] of rows.times.entries()) {
    const start = floorTo(time, width);
    const members = windows.get(start);
    if (members === undefined) windows.set(start, [row]);
    else members.push(row);
  }
  return windows;
}

/** The last multiple of `width` at or before `time`; before the epoch too. */
export function floorTo(time: Nanos, width: Nanos): Nanos {
  const rest = time % width;
  return time - (rest < 0n ? rest + width : rest);
}

/** The whole windows around a range. */
export const wholeWindows = (range: TimeRange, width: Nanos): TimeRange => ({
  start: floorTo(range.start, width),
  end: floorTo(range.end - 1n, width) + width,
});

/** Numbers that are quantities, and not statistics already. */
export const quantitiesOf = (schema: Schema): Field[] =>
  schema.fields.filter((field) => {
    const { role, statistic, encoding } = fieldInfo(field);
    return (
      /^(Int|Uint|Float)\d+$/.test(String(field.type)) &&
      (role === undefined || role === "quantity") &&
      statistic === undefined &&
      encoding === undefined
    );
  });

/** What a window must say of some cells, the long way. Null: nothing to say, as the deviation of one value. Null cells do not count. */
export function bruteForce(statistic: Statistic, cells: readonly unknown[], { scale = 1, offset = 0 }: FieldInfo): number | null {
  const values = cells.filter((cell) => cell !== null).map((cell) => Number(cell) * scale + offset);
  const count = values.length;
  if (statistic === "count") return count;
  if (count === 0) return null;
  const sum = values.reduce((total, value) => total + value, 0);
  if (statistic === "sum") return sum;
  if (statistic === "mean") return sum / count;
  if (statistic === "min") return values.reduce((least, value) => Math.min(least, value));
  if (statistic === "max") return values.reduce((most, value) => Math.max(most, value));
  if (statistic === "median") {
    const sorted = values.sort((a, b) => a - b);
    return ((sorted[(count - 1) >> 1] ?? 0) + (sorted[count >> 1] ?? 0)) / 2;
  }
  if (count === 1) return null;
  return Math.sqrt(values.reduce((total, value) => total + (value - sum / count) ** 2, 0) / (count - 1));
}

/** Equal up to the rounding of another order of summation, relative to the magnitude of the values. */
export function close(got: unknown, wanted: number | null, magnitude: number): boolean {
  if (wanted === null || got === null) return got === wanted;
  const number = Number(got);
  return Object.is(number, wanted) || number === wanted || Math.abs(number - wanted) <= 1e-9 * Math.max(magnitude, Math.abs(wanted));
}
