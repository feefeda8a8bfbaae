import { type ByteSource, follow, type Limiter, raceAbort, type Semaphore, semaphore, turn } from "@sonde/core/bytes";
import { batchOfData, type RecordBatch, type Schema, schemaOf } from "@sonde/core/connector";
import { Buffers } from "../bytes/buffers.js";
import { ChunkStream } from "../bytes/chunk-stream.js";
import { loadCodecs } from "../bytes/decompress.js";
import { assemble, type TakenLeaf } from "../column/assemble.js";
import { ColumnReader } from "../column/column-reader.js";
import { booleanStorage, bytesStorage, fixedStorage } from "../column/storage.js";
import { PageReader } from "../page/page-reader.js";
import type { LeafType } from "../schema/leaf-type.js";
import { leavesOf, type Shape } from "../schema/shape.js";
import type { ParquetQuery } from "../types.js";
import { type Chunk, checkReadable } from "./chunk.js";
import { type Held, planFetches } from "./fetches.js";
import type { Group } from "./groups.js";

/** Requests under way at once, of one read. */
const REQUESTS = 32;
const BATCH_ROWS = 65_536;
/** A batch is made shorter where its rows are long. */
const BATCH_BYTES = 64 * 2 ** 20;
const SHORTEST_BATCH = 1024;

/** What a read needs to know of an open file. */
export type OpenFile = {
  readonly source: ByteSource;
  readonly held: Held;
  readonly schema: Schema;
  readonly shapes: readonly Shape[];
  readonly limiter: Limiter;
};
/** Of a group, the rows `from` up to `to`, exclusive. */
export type GroupPart = { readonly group: Group; readonly from: number; readonly to: number };

/** What the row groups of one read share. */
type Shared = { readonly requests: Semaphore; readonly buffers: Buffers };

/** Decodes the parts one after another; while one is decoded the bytes of the next are on their way. */
export async function* readParts(
  file: OpenFile,
  shapes: readonly Shape[],
  parts: readonly GroupPart[],
  query: Pick<ParquetQuery, "signal" | "batchRows">,
): AsyncGenerator<RecordBatch, void, undefined> {
  const schema = schemaOf(
    shapes.map(({ field }) => field),
    file.schema.metadata,
  );
  const own = follow([query.signal]);
  const shared: Shared = { requests: semaphore(REQUESTS), buffers: new Buffers() };
  try {
    query.signal.throwIfAborted();
    let ahead = parts[0] && openGroup(file, shapes, parts[0].group, shared, own.signal);
    for (const [index, part] of parts.entries()) {
      const group = ahead;
      const next = parts[index + 1];
      if (group === undefined) break;
      ahead = next && openGroup(file, shapes, next.group, shared, own.signal);
      yield* readPart(file, shapes, schema, part, group, { ...query, signal: own.signal });
    }
  } finally {
    own.release();
    own.abort(new DOMException("The rows are no longer needed", "AbortError"));
  }
}

type LeafReader = { readonly leaf: number; readonly take: (rows: number) => Promise<TakenLeaf>; readonly stream: ChunkStream };

async function* readPart(
  file: OpenFile,
  shapes: readonly Shape[],
  schema: Schema,
  { group, from, to }: GroupPart,
  readers: readonly LeafReader[],
  { signal, batchRows }: Pick<ParquetQuery, "signal" | "batchRows">,
): AsyncGenerator<RecordBatch, void, undefined> {
  const place = { key: file.source.name };
  const rows = batchRows ?? fittingRows(shapes, group);
  const loading = loadCodecs(shapes.flatMap(leavesOf).map((leaf) => group.columns[leaf]?.codec ?? ""));
  if (loading) await raceAbort(loading, signal);
  for (let done = 0; done < to; ) {
    const step = Math.min(rows, group.rows - done);
    const taken = new Map<number, TakenLeaf>();
    for (const { leaf, take } of readers) {
      const wait = turn(signal);
      if (wait) await wait;
      taken.set(leaf, await take(step));
    }
    const start = done;
    done += step;
    if (done <= from) continue;
    const batch = batchOfData(
      schema,
      step,
      shapes.map((shape) => assemble(shape, taken, place)),
    );
    signal.throwIfAborted();
    const [first, last] = [Math.max(0, from - start), Math.min(step, to - start)];
    yield first === 0 && last === step ? batch : batch.slice(first, last);
  }
  for (const { stream } of readers) stream.recycle();
}

/** Starts the readers of a group's columns; with the first bytes of each asked for. */
function openGroup(file: OpenFile, shapes: readonly Shape[], group: Group, shared: Shared, signal: AbortSignal): readonly LeafReader[] {
  const { source, held, limiter } = file;
  const leaves = shapes.flatMap((shape) => leafShapes(shape));
  // The schema's leaves are the group's columns, by the check of the footer.
  const chunks = leaves.map(({ leaf }) => group.columns[leaf] as Chunk);
  for (const chunk of chunks) checkReadable(chunk, { key: source.name });
  const { fetch, segmentBytes, buffers } = planFetches(
    chunks.map(({ range }) => range),
    source,
    held,
    shared,
    signal,
  );
  return chunks.map((chunk, index) => {
    const stream = new ChunkStream(chunk.range, fetch(index), segmentBytes, buffers);
    stream.prefetch();
    const { leaf, leafType } = leaves[index] as { leaf: number; leafType: LeafType };
    return { leaf, take: columnReader(chunk, leafType, stream, source.name, limiter), stream };
  });
}

function columnReader(
  chunk: Chunk,
  { storage }: LeafType,
  stream: ChunkStream,
  key: string,
  limiter: Limiter,
): (rows: number) => Promise<TakenLeaf> {
  const { node, codec, values } = chunk;
  const column = node.path.join(".");
  const info = { key, column, codec, values, definition: node.definition, repeated: node.repeated };
  const pages = new PageReader(stream, info, limiter);
  const { maxBytes } = limiter.limits;
  // Each entry takes two bytes of levels and a slot.
  const entries = Math.floor(maxBytes / 8);
  if (storage.kind === "bytes") {
    const reader = new ColumnReader(pages, info, bytesStorage(maxBytes, `column '${column}' of ${key}`), entries);
    return (rows) => reader.take(rows);
  }
  const made = storage.kind === "boolean" ? booleanStorage : fixedStorage(storage.width, node.element.type);
  const reader = new ColumnReader(
    pages,
    info,
    made,
    Math.min(entries, Math.floor(maxBytes / (storage.kind === "fixed" ? storage.width : 1))),
  );
  return (rows) => reader.take(rows);
}

/** Rows of a batch that keep it within bounds, as far as the footer tells. */
function fittingRows(shapes: readonly Shape[], group: Group): number {
  const leaves = shapes.flatMap(leavesOf);
  let bytes = 0;
  for (const leaf of leaves) {
    const column = group.columns[leaf];
    // Values take at least eight bytes for each entry here, however well the file packs them.
    if (column) bytes += Math.max(column.uncompressedBytes, column.values * 8);
  }
  if (group.rows === 0 || bytes === 0) return BATCH_ROWS;
  return Math.max(SHORTEST_BATCH, Math.min(BATCH_ROWS, Math.floor(BATCH_BYTES / (bytes / group.rows))));
}

function leafShapes(shape: Shape): readonly (Shape & { readonly kind: "leaf" })[] {
  switch (shape.kind) {
    case "leaf":
      return [shape];
    case "list":
      return leafShapes(shape.item);
    case "struct":
      return shape.children.flatMap(leafShapes);
  }
}
