import {
  defineConnector,
  extentOf,
  matchesQuery,
  type OpenableConnector,
  projectBatch,
  type RecordBatch,
  type StreamDriver,
  sliceTime,
  sondeError,
} from "@sonde/core/connector";
import * as z from "zod";

const batch = z.custom<RecordBatch>((value) => value instanceof Object && "schema" in value);
const options = z.object({ streams: z.record(z.string(), z.array(batch).min(1)).describe("Batches by stream id, in time order") });
export type MemoryOptions = { streams: { [id: string]: RecordBatch[] } };

/** A connector over batches in memory: for tests, and as the shortest that keeps the contract. It makes no requests, so it reports none. */
export const memory: OpenableConnector<"memory", MemoryOptions, MemoryOptions, ReadonlyMap<string, StreamDriver>> = defineConnector({
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

function streamOf(id: string, batches: readonly RecordBatch[]): StreamDriver {
  return {
    id,
    name: id,
    async describe({ signal }) {
      signal.throwIfAborted();
      const rows = batches.reduce((sum, { numRows }) => sum + numRows, 0);
      // The schema of options: at least one batch.
      return { kind: "series", schema: (batches[0] as RecordBatch).schema, extent: extentOf(batches), rows };
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
