import { maxNanos, minNanos, tickToTime, timeToTick } from "@sonde/core";
import { type Call, type Live, projectSchema, type ReadQuery, type RecordBatch, timesOf } from "@sonde/core/connector";
import type { GrowingFile } from "../live/growing-file.js";
import { newEvents } from "../live/new-events.js";
import type { OpenRecording } from "../recording/recording.js";
import type { RecordingLease } from "./lease.js";

type Read = (query: ReadQuery, call: Call) => AsyncIterable<RecordBatch>;
type FollowQuery = { readonly fromTick: bigint; readonly columns: readonly string[] | undefined };
/** Rows of a later state that were in no earlier one; it remembers what it has given. */
type Newer = (recording: OpenRecording, query: FollowQuery, call: Call) => AsyncIterable<RecordBatch>;

/** A file that grows, and the recording as the source has it open. */
export type GrowingSource = { readonly growing: GrowingFile; readonly lease: RecordingLease };

/**
 * `read` gives what is stored in the recording as it was opened, `newer` what is not: following goes on from reading, with nothing lost
 * between the two and nothing twice.
 */
function liveRows({ growing, lease }: GrowingSource, read: Read, newer: (opened: OpenRecording, call: Call) => Promise<Newer>): Live {
  return {
    async *follow({ from, columns }, call) {
      if (from !== undefined) yield* read({ range: { start: from, end: maxNanos }, ...(columns === undefined ? {} : { columns }) }, call);
      const { next, fromTick } = await lease.use(call, async (opened) => ({
        next: await newer(opened, call),
        fromTick: timeToTick(opened.clock, from ?? minNanos),
      }));
      yield* growing.follow((state) => next(state, { fromTick, columns }, call), call);
    },
  };
}

export function liveSamples(source: GrowingSource, read: Read): Live {
  return liveRows(source, read, async (opened) => {
    let [frames] = opened.samples.shape;
    return async function* ({ samples }, { fromTick, columns }, { signal }) {
      const [end] = samples.shape;
      if (fromTick > BigInt(frames)) frames = Math.min(end, Number(fromTick));
      for await (const batch of samples.batches({ from: frames, to: end, columns, signal })) {
        frames += batch.numRows;
        yield batch;
      }
    };
  });
}

export function liveEvents(source: GrowingSource, name: "spikes" | "stims", read: Read): Live {
  return liveRows(source, read, async (opened) => {
    let start = opened[name].size;
    return (state, { fromTick, columns }, { signal }) => {
      const schema = projectSchema(opened[name].schema, columns);
      return newEvents(state, name, { start, schema, fromTick, signal, onRows: (rows) => (start += rows) });
    };
  });
}

/** `readOf` reads the stream in a later state, by the schema that it had when it was opened. */
export function liveEntries(
  source: GrowingSource,
  name: string,
  read: Read,
  readOf: (state: OpenRecording, query: ReadQuery, call: Call) => AsyncIterable<RecordBatch>,
): Live {
  return liveRows(source, read, async ({ clock, stored }, { signal }) => {
    const last = await stored.get(name)?.keys().at(-1, { signal });
    let next = last === undefined ? timeToTick(clock, minNanos) : last + 1n;
    return async function* (state, { fromTick, columns }, call) {
      if (fromTick > next) next = fromTick;
      const range = { start: tickToTime(clock, next), end: maxNanos };
      for await (const batch of readOf(state, columns === undefined ? { range } : { range, columns }, call)) {
        const times = timesOf(batch);
        next = timeToTick(clock, times[times.length - 1] ?? range.start) + 1n;
        yield batch;
      }
    };
  });
}
