import type { Data, Field } from "apache-arrow";
import type { Statistic } from "../../contract.js";
import type { ColumnInput } from "../../table/batch.js";
import { fieldInfo } from "../../table/field.js";
import type { Accumulator } from "./accumulator.js";
import { fittingSum } from "./fitting-sum.js";
import { Moments } from "./moments.js";
import { numbersOf } from "./numbers.js";
import { OutputColumn } from "./output-column.js";
import { isExact64, type Output } from "./plan.js";

/**
 * Statistics of rows that are statistics: the least of the least, sums of sums and counts, means weighted by their counts,
 * spreads pooled (Chan, Golub and LeVeque 1979). A row whose count is 0 or null counts for nothing.
 */
export class StatisticAccumulator implements Accumulator {
  readonly #stored: ReadonlyMap<Statistic, Field>;
  readonly #outputs: readonly { readonly statistic: Statistic; readonly column: OutputColumn }[];
  readonly #columns = new Map<Statistic, Float64Array>();
  /** Of 64-bit integers: what is exact. */
  readonly #exact = new Map<Statistic, Data>();
  readonly #moments = new Moments();
  #count = 0;
  #min: number | bigint | null = null;
  #max: number | bigint | null = null;
  #sum: number | bigint | null = null;

  constructor(stored: ReadonlyMap<Statistic, Field>, outputs: readonly Output[]) {
    this.#stored = stored;
    this.#outputs = outputs.map(({ statistic, field }) => ({ statistic, column: new OutputColumn(field) }));
  }

  load(columnOf: (name: string) => Data): void {
    for (const [statistic, field] of this.#stored) {
      const data = columnOf(field.name);
      if (isExact64(field) && statistic !== "count") this.#exact.set(statistic, data);
      else this.#columns.set(statistic, physical(numbersOf(data), field));
    }
  }

  add(from: number, to: number): void {
    const counts = this.#columns.get("count");
    for (let row = from; row < to; row++) {
      const count = counts?.[row] ?? 1;
      // A null count is NaN here.
      if (!(count > 0)) continue;
      this.#count += count;
      this.#min = less(this.#value("min", row), this.#min);
      this.#max = greater(this.#value("max", row), this.#max);
      const sum = this.#value("sum", row);
      if (sum !== null) this.#sum = this.#sum === null ? sum : plus(this.#sum, sum);
      if (counts) this.#spread(row, count, sum);
    }
  }

  #spread(row: number, count: number, sum: number | bigint | null): void {
    const mean = this.#value("mean", row);
    const total = mean === null ? sum : Number(mean) * count;
    if (total === null) return;
    // One sample has no spread; more without a stored one make that of the window unknown.
    const stddev = count < 2 ? 0 : Number(this.#value("stddev", row) ?? Number.NaN);
    this.#moments.merge(count, Number(total), stddev * stddev * (count - 1));
  }

  #value(statistic: Statistic, row: number): number | bigint | null {
    const data = this.#exact.get(statistic);
    if (data) return data.getValid(row) ? data.values[row] : null;
    const value = this.#columns.get(statistic)?.[row];
    return value === undefined || Number.isNaN(value) ? null : value;
  }

  close(start: bigint): void {
    for (const { statistic, column } of this.#outputs) column.push(this.#result(statistic, start));
    this.#moments.reset();
    this.#count = 0;
    this.#min = this.#max = this.#sum = null;
  }

  take(windows: number): ColumnInput[] {
    return this.#outputs.map(({ column }) => column.take(windows));
  }

  #result(statistic: Statistic, start: bigint): number | bigint | null {
    const { count, mean, sum, stddev } = this.#moments;
    if (statistic === "count") return this.#count;
    if (statistic === "min") return this.#min;
    if (statistic === "max") return this.#max;
    if (statistic === "mean") return count === 0 ? null : mean;
    if (statistic === "stddev") return Number.isNaN(stddev) ? null : stddev;
    const stored = this.#stored.get("sum");
    if (stored === undefined) return count === 0 ? null : sum;
    if (typeof this.#sum === "bigint") return fittingSum(this.#sum, stored.type, start);
    return this.#sum;
  }
}

function physical(values: Float64Array, field: Field): Float64Array {
  const { scale = 1, offset = 0 } = fieldInfo(field);
  return scale === 1 && offset === 0 ? values : values.map((value) => value * scale + offset);
}

function plus(a: number | bigint, b: number | bigint): number | bigint {
  return typeof a === "bigint" && typeof b === "bigint" ? a + b : Number(a) + Number(b);
}

function greater(a: number | bigint | null, b: number | bigint | null): number | bigint | null {
  if (a === null) return b;
  return b === null || a > b ? a : b;
}

/** The lesser of two of one kind, or the one that there is. */
function less(a: number | bigint | null, b: number | bigint | null): number | bigint | null {
  if (a === null) return b;
  return b === null || a < b ? a : b;
}
