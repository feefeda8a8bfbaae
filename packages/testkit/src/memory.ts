import {
  type batchOf,
  CONTRACT,
  type Connector,
  projectSchema,
  type StreamDriver,
  sliceTime,
  sondeError,
  timesOf,
} from "@sonde/core/connector";

type Batches = readonly ReturnType<typeof batchOf>[];
/** Streams by id, each of one batch at least. Rows in time order, batches under 64 Ki rows. */
export type MemoryOptions = { readonly streams: { readonly [id: string]: Batches } };

/** A connector over batches in memory: for tests, and as the shortest one that keeps the contract. */
export const memory: Connector<"memory", MemoryOptions, MemoryOptions, ReadonlyMap<string, StreamDriver>> = {
  contract: CONTRACT,
  id: "memory",
  options: {
    "~standard": {
      version: 1,
      vendor: "sonde",
      validate: (value) => (isOptions(value) ? { value } : { issues: [{ message: "streams: batches by id", path: ["streams"] }] }),
    },
  },
  async connect(options, { signal }) {
    signal.throwIfAborted();
    const handles = new Map(Object.entries(options.streams).map(([id, batches]) => [id, streamOf(id, batches)]));
    return {
      client: handles,
      info: { streams: handles.size },
      async *streams({ collection, name }, { signal }) {
        signal.throwIfAborted();
        for (const stream of handles.values()) if (collection === undefined && (name ?? stream.name) === stream.name) yield stream;
      },
      async stream(id, { signal }) {
        signal.throwIfAborted();
        const stream = handles.get(id);
        if (stream === undefined)
          throw sondeError("not-found", `no stream '${id}' in memory: there are ${[...handles.keys()].join(", ")}`, { id });
        return stream;
      },
      async close() {},
    };
  },
};

function streamOf(id: string, batches: Batches): StreamDriver {
  const [first] = batches;
  if (first === undefined) throw sondeError("options", `stream '${id}' has no batch: give one, which may be empty`, {});
  const { schema } = first;
  const filled = batches.filter((batch) => batch.numRows > 0);
  return {
    id,
    name: id,
    async describe({ signal }) {
      signal.throwIfAborted();
      const [start, last] = [filled[0] && timesOf(filled[0])[0], timesOf(filled.at(-1) ?? first).at(-1)];
      const extent = start === undefined || last === undefined ? null : { start, end: last + 1n };
      return { kind: "series", schema, extent, rows: batches.reduce((sum, { numRows }) => sum + numRows, 0) };
    },
    async *read({ range, columns }, { signal }) {
      signal.throwIfAborted();
      const indices = projectSchema(schema, columns).fields.map((field) => schema.fields.indexOf(field));
      for (const batch of filled) {
        signal.throwIfAborted();
        const rows = range === undefined ? batch : sliceTime(batch, range);
        if (rows.numRows > 0) yield rows.selectAt(indices);
      }
      signal.throwIfAborted();
    },
  };
}

const isOptions = (value: unknown): value is MemoryOptions =>
  typeof value === "object" && value !== null && "streams" in value && typeof value.streams === "object" && value.streams !== null;
