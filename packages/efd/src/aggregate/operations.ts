import { sondeError } from "@sonde/core/bytes";

/** The statistics of the observatory's aggregator, under its names, in its configured order. */
export const operations = ["min", "q1", "mean", "median", "stdev", "q3", "max"] as const;
export type Operation = (typeof operations)[number];

export type AggregateOptions<Op extends Operation = Operation> = {
  /** Which statistics, in the order of the result. Default: all seven. */
  readonly operations?: readonly Op[] | undefined;
  /** With fewer values than this every statistic is the first value, stdev too, as the aggregator has it. Default 2. */
  readonly minSampleSize?: number | undefined;
};

export type CheckedOperations<Op extends Operation> = { readonly operations: readonly Op[]; readonly minSampleSize: number };

/** The options with their defaults. Throws `options` for an unknown or repeated statistic, and for one that so few values do not have. */
export function checkedOperations<Op extends Operation>(options: AggregateOptions<Op>): CheckedOperations<Op> {
  // Without a list the caller's type is all of them.
  const asked = options.operations ?? (operations as readonly Operation[] as readonly Op[]);
  const minSampleSize = options.minSampleSize ?? 2;
  if (!Number.isSafeInteger(minSampleSize) || minSampleSize < 1) {
    throw refuse("minSampleSize", `is a whole number from 1 on, not ${minSampleSize}`);
  }
  if (asked.length === 0) throw refuse("operations", `names no statistic: there are ${operations.join(", ")}`);
  for (const [index, operation] of asked.entries()) {
    if (!(operations as readonly string[]).includes(operation)) {
      throw refuse("operations", `names '${operation}': there are ${operations.join(", ")}`);
    }
    if (asked.indexOf(operation) !== index) throw refuse("operations", `names '${operation}' twice`);
    if (minSampleSize < 2 && needsTwo(operation)) {
      throw refuse("minSampleSize", `must be at least 2 for '${operation}', which one value does not have`);
    }
  }
  return { operations: asked, minSampleSize };
}

function needsTwo(operation: Operation): boolean {
  return operation === "stdev" || operation === "q1" || operation === "q3";
}

function refuse(path: string, problem: string) {
  return sondeError("options", `${path} ${problem}`, { issues: [{ path, message: problem }] });
}
