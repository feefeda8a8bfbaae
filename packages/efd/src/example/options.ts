import { type Instant, type Span, toNanos, toSpan } from "@sonde/core";
import { sondeError } from "@sonde/core/bytes";
import type { Operation } from "../aggregate/operations.js";
import type { RotationOptions } from "../write/write.js";

export type ExampleOptions = RotationOptions & {
  /** Topics `example-000` and on. Default 10. */
  readonly topics?: number | undefined;
  /** Fields `value0` and on, in each. Default 10. */
  readonly fields?: number | undefined;
  /** Messages a second. Default 10. */
  readonly frequency?: number | undefined;
  /** Default 2020-08-07T22:00:00Z, the notebook's hour. */
  readonly start?: Instant | undefined;
  /** Default "1h". */
  readonly span?: Span | undefined;
  /** Default "1s". */
  readonly windowSize?: Span | undefined;
  /** Default `min mean median stdev max`, as in the notebook. */
  readonly operations?: readonly Operation[] | undefined;
  /** How long after its time each row was written. Default none. */
  readonly lateness?: Span | undefined;
  /** Write the messages themselves as well, as topics without `-aggregated`. Default false. */
  readonly raw?: boolean | undefined;
  /** Another archive of the same shape. Default 1. */
  readonly seed?: number | undefined;
  /** In front of the topics. Default "topics". */
  readonly topicsDir?: string | undefined;
  readonly signal?: AbortSignal | undefined;
};

export type ExamplePlan = {
  readonly topics: number;
  readonly fields: number;
  readonly start: bigint;
  /** Of one topic. */
  readonly messages: number;
  readonly interval: bigint;
  readonly seed: number;
};

export function examplePlan(options: ExampleOptions): ExamplePlan {
  const frequency = count("frequency", options.frequency ?? 10, 1_000_000);
  const span = toSpan(options.span ?? "1h");
  const interval = 1_000_000_000n / BigInt(frequency);
  return {
    topics: count("topics", options.topics ?? 10, 1000),
    fields: count("fields", options.fields ?? 10, 10_000),
    start: toNanos(options.start ?? "2020-08-07T22:00:00Z"),
    messages: Number(span / interval),
    interval,
    seed: options.seed ?? 1,
  };
}

function count(path: string, value: number, most: number): number {
  if (Number.isSafeInteger(value) && value >= 1 && value <= most) return value;
  const message = `is a whole number from 1 to ${most}, not ${value}`;
  throw sondeError("options", `${path} ${message}`, { issues: [{ path, message }] });
}
