import {
  defineConnector,
  extentOf,
  matchesQuery,
  projectBatch,
  type StreamDriver,
  sliceTime,
  sondeError,
  type timesOf,
} from "@sonde/core/connector";
import * as z from "zod";

type Batch = Parameters<typeof timesOf>[0];
const batch = z.custom<Batch>((value) => value instanceof Object && "schema" in value);
const options = z.object({ streams: z.record(z.string(), z.array(batch).min(1)).describe("Batches by stream id, in time order") });
export type MemoryOptions = z.input<typeof options>;

/** A connector over batches in memory: for tests, and as the shortest that keeps the contract. It makes no requests, so it reports none. */
export const memory = defineConnector({
  id: "memory",
  options,
  async connect({ streams }, { signal }) {
    signal.throwIfAborted();
    const handles = new Map(Object.entries(streams).map(([id, batches]) => [id, streamOf(id, batches)]));
    return {
      client: handles,
      info: { streams: handles.size },
      async *streams(query, { signal }) {
        signal.throwIfAborted();
        for (const stream of handles.values()) if (matchesQuery(stream, query)) yield stream;
      },
      async stream(id, { signal }) {
        signal.throwIfAborted();
        const stream = handles.get(id);
        if (stream !== undefined) return stream;
        throw sondeError("not-found", `no stream '${id}' in memory: there are ${[...handles.keys()].join(", ")}`, { id });
      },
      async close() {},
    };
  },
});

function streamOf(id: string, batches: readonly Batch[]): StreamDriver {
  return {
    id,
    name: id,
    async describe({ signal }) {
      signal.throwIfAborted();
      const rows = batches.reduce((sum, { numRows }) => sum + numRows, 0);
      // The schema of options: at least one batch.
      return { kind: "series", schema: (batches[0] as Batch).schema, extent: extentOf(batches), rows };
    },
    async *read({ range, columns }, { signal }) {
      for (const one of batches) {
        signal.throwIfAborted();
        const rows = projectBatch(range ? sliceTime(one, range) : one, columns);
        if (rows.numRows > 0) yield rows;
      }
    },
  };
}
