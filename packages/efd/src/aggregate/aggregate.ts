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
  let integers = 0;
  for (let index = 0; index < values.length; index++) if (typeof values[index] === "bigint") integers++;
  // Nothing but bigints, nothing but numbers, or both: as just counted.
  if (integers === values.length) return operations.map(integerStatistics(Array.from(values as ArrayLike<bigint>)));
  return numberStatistics(integers === 0 ? (values as ArrayLike<number>) : Float64Array.from(values, Number), operations);
}

function numberStatistics(values: ArrayLike<number>, operations: readonly Operation[]): readonly number[] {
  const kind = kindOf(values);
  let sorted: Float64Array | undefined;
  let centre: number | undefined;
  const found = new Array<number>(operations.length);
  for (let index = 0; index < operations.length; index++) found[index] = statistic(operations[index]);
  return found;

  function statistic(operation: Operation | undefined): number {
    if (operation === "min") return least(values);
    if (operation === "max") return greatest(values);
    if (operation === "mean") return average();
    if (operation === "stdev") return kind === "finite" ? stdev(values, average()) : Number.NaN;
    if (kind === "NaN") return Number.NaN;
    sorted ??= ascending(values);
    return operation === "median" ? median(sorted) : quartile(sorted, operation === "q1" ? 1 : 3);
  }

  function average(): number {
    centre ??= kind === "finite" ? mean(values) : infiniteMean(values);
    return centre;
  }
}

function kindOf(values: ArrayLike<number>): "finite" | "infinite" | "NaN" {
  // Zero unless a value is not finite.
  let zero = 0;
  for (let index = 0; index < values.length; index++) zero += (values[index] ?? 0) * 0;
  if (zero === 0) return "finite";
  return Array.from(values).some(Number.isNaN) ? "NaN" : "infinite";
}

/** Finite values do not count beside infinite ones; those of both signs have no mean. */
function infiniteMean(values: ArrayLike<number>): number {
  return Array.from(values).reduce((total, value) => (Number.isFinite(value) ? total : total + value), 0);
}

function least(values: ArrayLike<number>): number {
  let best = values[0] ?? Number.NaN;
  for (let index = 1; index < values.length; index++) {
    // In bounds.
    const value = values[index] as number;
    if (value < best) best = value;
  }
  return best;
}

function greatest(values: ArrayLike<number>): number {
  let best = values[0] ?? Number.NaN;
  for (let index = 1; index < values.length; index++) {
    // In bounds.
    const value = values[index] as number;
    if (value > best) best = value;
  }
  return best;
}
