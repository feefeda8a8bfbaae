import type { TimeRange } from "@sonde/core";
import type { Call, Newest, RecordBatch } from "@sonde/core/connector";
import { projectSchema, type Schema } from "@sonde/core/connector";
import type { DriverContext, TopicParts } from "./context.js";
import { lastRows } from "./cut.js";

/** Where looking back begins, and how much further each look goes. */
const FIRST_SPAN = 2_000_000_000n;
const FACTOR = 8n;

/** The last rows by reading backward from the latest package, each time further, until there are enough. */
export function newestOf(
  { session }: DriverContext,
  { topic, newest: known }: TopicParts,
  { schema, read }: { readonly schema: Schema; readonly read: (range: TimeRange, call: Call) => AsyncIterable<RecordBatch> },
): Newest {
  return {
    async *read({ rows, columns }, call) {
      call.signal.throwIfAborted();
      projectSchema(schema, columns);
      if (rows <= 0) return;
      const latest = (await session.newest(topic, call)) ?? known;
      const first = await firstTime(topic, call);
      const stop = latest.meta?.kind === "time-series" ? latest.meta.stop : undefined;
      const end = (stop !== undefined && stop > latest.time ? stop : latest.time) + 1n;
      for (let span = FIRST_SPAN; ; span *= FACTOR) {
        const start = end - span;
        const batches: RecordBatch[] = [];
        let count = 0;
        for await (const batch of read({ start, end }, call)) {
          batches.push(batch);
          count += batch.numRows;
        }
        if (count >= rows || start <= first) {
          yield* lastRows(batches, rows, columns);
          return;
        }
      }
    },
  };

  /** Nothing lies before it: the samples of a package lie before its id by no more than it is long. */
  async function firstTime(name: string, call: Call): Promise<bigint> {
    const { meta } = known;
    const length = meta?.kind === "time-series" ? (meta.stop ?? 0n) - (meta.start ?? meta.stop ?? 0n) : 0n;
    for await (const { id } of session.packages().keys(name, {}, call)) return id * 1_000_000n - 2n * length;
    return known.time - 2n * length;
  }
}
