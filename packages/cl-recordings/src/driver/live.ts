import { maxNanos, minNanos, tickToTime, timeToTick } from "@sonde/core";
import { type Call, type Live, projectSchema, type ReadQuery, type RecordBatch, timesOf } from "@sonde/core/connector";
import type { GrowingFile } from "../live/growing-file.js";
import { newEvents } from "../live/new-events.js";
import type { OpenRecording } from "../recording/recording.js";

type Read = (query: ReadQuery, call: Call) => AsyncIterable<RecordBatch>;
type FollowQuery = { readonly fromTick: bigint; readonly columns: readonly string[] | undefined };
/** Rows of a later state that were in no earlier one; it remembers what it has given. */
type Newer = (recording: OpenRecording, query: FollowQuery, call: Call) => AsyncIterable<RecordBatch>;

/** The source as it was opened: what it reads, `follow` goes on from, so that nothing is lost between the two and nothing comes twice. */
export type GrowingSource = { readonly growing: GrowingFile; readonly opened: OpenRecording };

/** `read` gives what is stored already; `newer` is made for each follower. */
function liveRows({ growing, opened }: GrowingSource, read: Read, newer: (call: Call) => Newer | Promise<Newer>): Live {
  return {
    async *follow({ from, columns }, call) {
      const projection = columns === undefined ? {} : { columns };
      if (from !== undefined) yield* read({ range: { start: from, end: maxNanos }, ...projection }, call);
      const next = await newer(call);
      const query = { fromTick: timeToTick(opened.clock, from ?? opened.clock.origin), columns };
      const all = from === undefined ? { ...query, fromTick: timeToTick(opened.clock, minNanos) } : query;
      yield* growing.follow((state) => next(state, all, call), call);
    },
  };
}

export function liveSamples(source: GrowingSource, read: Read): Live {
  return liveRows(source, read, () => {
    let frames = source.opened.samples.shape[0];
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
  return liveRows(source, read, () => {
    let start = source.opened[name].size;
    return (state, { fromTick, columns }, { signal }) => {
      const schema = projectSchema(source.opened[name].schema, columns);
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
  const { clock } = source.opened;
  return liveRows(source, read, async (call) => {
    const stream = source.opened.stored.get(name);
    let next = ((await stream?.keys().at(-1, { signal: call.signal })) ?? timeToTick(clock, minNanos)) + 1n;
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
