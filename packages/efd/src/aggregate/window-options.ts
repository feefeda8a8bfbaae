import { type Span, toSpan } from "@sonde/core";
import { sondeError } from "@sonde/core/bytes";
import { type AggregateOptions, type CheckedOperations, checkedOperations, type Operation } from "./operations.js";

/** A message: its time, and fields of any kind; numbers and bigints are aggregated. */
export type MessageRow = { readonly time: bigint; readonly [field: string]: unknown };

export type AggregateRowsOptions = AggregateOptions & {
  /** Width of a window: "1s", or nanoseconds. Windows are counted from the epoch, `[k * size, (k + 1) * size)`. Default "1s". */
  readonly windowSize?: Span | undefined;
  /** How far the times may go back: a window closes once a row so much later than its end has come. Default "1s". */
  readonly windowExpires?: Span | undefined;
  /** Which fields. Default: those that are numbers or bigints in the first row, in its order. */
  readonly fields?: readonly string[] | undefined;
  /** Fields that are left out; a list replaces the default, `time`, `window_size` and `count`. The row's own `time` is never a field. */
  readonly excludedFields?: readonly string[] | undefined;
  /** Told of a row whose window was closed already: it is in none, as the aggregator drops such messages. */
  readonly onLate?: ((row: MessageRow) => void) | undefined;
};

export type WindowPlan = CheckedOperations<Operation> & {
  readonly size: bigint;
  readonly expires: bigint;
  fieldsOf(first: MessageRow): readonly string[];
  readonly onLate: (row: MessageRow) => void;
};

export const reservedFields = ["time", "window_size", "count"] as const;

export function planOf(options: AggregateRowsOptions): WindowPlan {
  const size = toSpan(options.windowSize ?? "1s");
  const expires = toSpan(options.windowExpires ?? "1s");
  if (size <= 0n) throw refuse("windowSize", `must be longer than nothing, got ${size} ns`);
  if (expires < 0n) throw refuse("windowExpires", `can't be negative, got ${expires} ns`);
  const excluded = new Set(["time", ...(options.excludedFields ?? reservedFields)]);
  return {
    ...checkedOperations(options),
    size,
    expires,
    fieldsOf(first) {
      const fields = options.fields ?? Object.keys(first).filter((name) => isNumber(first[name]));
      return fields.filter((name) => !excluded.has(name));
    },
    onLate: options.onLate ?? (() => {}),
  };
}

export function isNumber(value: unknown): value is number | bigint {
  return typeof value === "number" || typeof value === "bigint";
}

function refuse(path: string, problem: string) {
  return sondeError("options", `${path} ${problem}`, { issues: [{ path, message: problem }] });
}
