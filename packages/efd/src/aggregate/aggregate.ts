import { sondeError } from "@sonde/core/bytes";
import { integerStatistics } from "./integers.js";
import { mean, stdev } from "./moments.js";
import { type AggregateOptions, type CheckedOperations, checkedOperations, type Operation } from "./operations.js";
import { ascending, median, quartile } from "./quantiles.js";

/** One number for each statistic, under its native name, in the order asked. */
export type Aggregate<Op extends Operation = Operation> = { readonly [O in Op]: number };

/**
 * The statistics of one window, equal bit for bit to CPython's `statistics` (3.11 and later; before, stdev may differ in the last bit):
 * sums are exact and rounded once, stdev is the sample's, q1 and q3 are exclusive. Bigints are integers as Python has them, so a window of
 * them keeps digits past 2^53; numbers among them count as doubles do.
 *
 * A NaN makes mean, stdev and the quantiles NaN; min and max go by Python's rule, where the first value stays unless another compares
 * below or above it. Infinite values give no stdev (NaN). Rejects `options` for no values.
 *
 * @example
 * ```ts
 * aggregate([4, 1, 3, 2], { operations: ["min", "mean", "stdev"] }); // { min: 1, mean: 2.5, stdev: 1.2909944487358056 }
 * ```
 */
export function aggregate<const Op extends Operation = Operation>(
  values: ArrayLike<number | bigint>,
  options: AggregateOptions<Op> = {},
): Aggregate<Op> {
  const checked = checkedOperations(options);
  const found = statisticsOf(values, checked);
  // One entry for each operation, built from the list itself.
  return Object.fromEntries(checked.operations.map((operation, index) => [operation, found[index]])) as Aggregate<Op>;
}

/** The statistics in the order of the operations. */
export function statisticsOf(values: ArrayLike<number | bigint>, options: CheckedOperations<Operation>): readonly number[] {
  const { operations, minSampleSize } = options;
  const first = values[0];
  if (first === undefined) throw sondeError("options", "no values to aggregate: a window without any is left out", {});
  if (values.length < minSampleSize) return operations.map(() => Number(first));
  const statistic = statisticsBy(values);
  return operations.map(statistic);
}

function statisticsBy(values: ArrayLike<number | bigint>): (operation: Operation) => number {
  const integers: bigint[] = [];
  for (let index = 0; index < values.length; index++) {
    const value = values[index];
    if (typeof value !== "bigint") break;
    integers.push(value);
  }
  if (integers.length === values.length) return integerStatistics(integers);
  // No bigint among them is copied for nothing.
  const numbers = integers.length > 0 || hasBigint(values) ? Float64Array.from(values, Number) : (values as ArrayLike<number>);
  return numberStatistics(numbers);
}

function hasBigint(values: ArrayLike<number | bigint>): boolean {
  for (let index = 0; index < values.length; index++) if (typeof values[index] === "bigint") return true;
  return false;
}

function numberStatistics(values: ArrayLike<number>): (operation: Operation) => number {
  let sum = 0;
  // Not finite as soon as one value is not; overflow is told apart below.
  for (let index = 0; index < values.length; index++) sum += (values[index] ?? 0) * 0;
  const finite = sum === 0;
  const infinite = finite ? 0 : Array.from(values).reduce((total, value) => (Number.isFinite(value) ? total : total + value), 0);
  let sorted: Float64Array | undefined;
  let centre: number | undefined;
  const order = () => (sorted ??= ascending(values));
  const average = () => (centre ??= finite ? mean(values) : infinite);
  const quantile = (compute: () => number) => (Number.isNaN(sum) && hasNaN(values) ? Number.NaN : compute());
  const compute: { readonly [O in Operation]: () => number } = {
    min: () => extreme(values, (value, best) => value < best),
    q1: () => quantile(() => quartile(order(), 1)),
    mean: average,
    median: () => quantile(() => median(order())),
    stdev: () => (finite ? stdev(values, average()) : Number.NaN),
    q3: () => quantile(() => quartile(order(), 3)),
    max: () => extreme(values, (value, best) => value > best),
  };
  return (operation) => compute[operation]();
}

function hasNaN(values: ArrayLike<number>): boolean {
  return Array.from(values).some(Number.isNaN);
}

function extreme(values: ArrayLike<number>, better: (value: number, best: number) => boolean): number {
  let best = values[0] ?? Number.NaN;
  for (let index = 1; index < values.length; index++) {
    const value = values[index] ?? Number.NaN;
    if (better(value, best)) best = value;
  }
  return best;
}
