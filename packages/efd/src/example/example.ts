import { turn } from "@sonde/core/bytes";
import { fs, type ObjectStore } from "@sonde/object-store";
import { aggregateRows } from "../aggregate/windows.js";
import type { SinkRow } from "../write/record.js";
import { type WrittenFile, writeAggregated, writeTopic } from "../write/write.js";
import { type ExampleOptions, type ExamplePlan, examplePlan } from "./options.js";
import { signalFrom } from "./signal.js";

/**
 * The archive of the observatory's experiment, made anew: ten topics `example-000-aggregated` to `example-009-aggregated` of ten fields,
 * 10 messages a second in windows of a second, in the layout of the sink for S3. The same options give the same bytes everywhere. An hour
 * of it is 60 files of 600 rows, and takes some seconds. A folder must be there already. Resolves with the files.
 *
 * @example
 * ```ts
 * await makeExampleArchive("./bucket", { topics: 3, span: "20m" });
 * ```
 */
export async function makeExampleArchive(store: ObjectStore | string | URL, options: ExampleOptions = {}): Promise<readonly WrittenFile[]> {
  const into = typeof store === "string" || store instanceof URL ? fs(store) : store;
  const plan = examplePlan(options);
  const { rotateInterval, flushSize, topicsDir, signal, lateness } = options;
  const sink = { rotateInterval, flushSize, topicsDir, signal, lateness };
  const { windowSize, operations = ["min", "mean", "median", "stdev", "max"] } = options;
  const files: WrittenFile[] = [];
  for (let index = 0; index < plan.topics; index++) {
    const topic = exampleTopic(index);
    const windows = aggregateRows(paced(exampleRows(plan, index), signal), { windowSize, operations });
    files.push(...(await writeAggregated(into, windows, { ...sink, topic: `${topic}-aggregated` })));
    if (options.raw) files.push(...(await writeTopic(into, exampleRows(plan, index), { ...sink, topic, longs: [] })));
  }
  return files;
}

/** The name of a topic: `example-002`. */
export function exampleTopic(index: number): string {
  return `example-${String(index).padStart(3, "0")}`;
}

/** The messages of one topic. */
export function* exampleRows(plan: ExamplePlan, topic: number): Generator<SinkRow & { readonly [field: string]: bigint | number }> {
  const names = Array.from({ length: plan.fields }, (_, field) => `value${field}`);
  const signals = names.map((_, field) => signalFrom(plan.seed * 1_000_003 + topic * 10_007 + field, 6000 * (1 + field)));
  for (let index = 0; index < plan.messages; index++) {
    const row: { time: bigint; [field: string]: bigint | number } = { time: plan.start + BigInt(index) * plan.interval };
    for (const [field, name] of names.entries()) row[name] = signals[field]?.() ?? 0;
    yield row;
  }
}

/** Lets timers and aborts have their turn while rows are computed. */
async function* paced<T>(rows: Iterable<T>, signal: AbortSignal = new AbortController().signal): AsyncGenerator<T> {
  for (const row of rows) {
    const wait = turn(signal);
    if (wait) await wait;
    yield row;
  }
}
