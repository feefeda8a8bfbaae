import { isSondeError, type TimeRange } from "@sonde/core";
import { follow, raceAbort } from "@sonde/core/bytes";
import type { Call, Live, RecordBatch } from "@sonde/core/connector";
import { projectBatch, projectSchema, type Schema, timesOf } from "@sonde/core/connector";
import { followed } from "../client/live.js";
import { judged } from "../client/walk.js";
import type { DriftPackage } from "../package/package.js";
import type { DriverContext, TopicParts } from "./context.js";

/** The end of time that a range can say. */
const ALWAYS = 2n ** 63n - 1n;

export type LiveParts = {
  readonly schema: Schema;
  readonly read: (range: TimeRange, call: Call) => AsyncIterable<RecordBatch>;
  /** The rows of one package; undefined where it has none. */
  readonly batch: (pkg: DriftPackage | null, time: bigint) => RecordBatch | undefined;
};

/** What the bus tells, after what is stored from an instant on. Packages that come while that is read wait in the bus's own queue. */
export function liveOf({ session }: DriverContext, { topic }: TopicParts, { schema, read, batch }: LiveParts): Live {
  const { badPackages } = session.options;
  /** One that is damaged inside is bad as well. */
  const readable = (pkg: DriftPackage | null, time: bigint): RecordBatch | undefined => {
    try {
      return batch(pkg, time);
    } catch (error) {
      if (!isSondeError(error) || badPackages === "throw") throw error;
      return badPackages === "null" ? batch(null, time) : undefined;
    }
  };
  return {
    async *follow({ from, columns }, call) {
      call.signal.throwIfAborted();
      projectSchema(schema, columns);
      const own = follow([call.signal]);
      const messages = followed(session, topic, { ...call, signal: own.signal })[Symbol.asyncIterator]();
      // Asked for at once: what comes while the stored rows are read is queued.
      let next = messages.next();
      next.catch(() => {});
      try {
        let told: bigint | undefined;
        if (from !== undefined) {
          for await (const stored of read({ start: from, end: ALWAYS }, call)) {
            told = timesOf(stored).at(-1) ?? told;
            yield projectBatch(stored, columns);
          }
        }
        for (;;) {
          const step = await raceAbort(next, call.signal);
          if (step.done) return;
          next = messages.next();
          next.catch(() => {});
          const time = step.value.package?.time ?? (step.value.problem?.id ?? 0n) * 1_000_000n;
          const pkg = judged(step.value, badPackages);
          if (pkg === undefined) continue;
          const rows = readable(pkg, time);
          if (rows === undefined || rows.numRows === 0) continue;
          // Stored already, and told with it.
          const last = timesOf(rows).at(-1);
          if (told !== undefined && last !== undefined && last <= told) continue;
          yield projectBatch(rows, columns);
        }
      } finally {
        // A generator that waits for a message returns only once that wait ends.
        own.release();
        own.abort(new DOMException("The rows are no longer needed", "AbortError"));
        messages.return?.(undefined).catch(() => {});
      }
    },
  };
}
