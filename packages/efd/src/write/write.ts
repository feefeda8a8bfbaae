import { type Span, toSpan } from "@sonde/core";
import { sondeError } from "@sonde/core/bytes";
import type { ObjectStore } from "@sonde/object-store";
import { checkTopic, fileKey, hourOf } from "./layout.js";
import { columnsOf, fileBytes, type SinkColumn, type SinkRow } from "./record.js";

/** When the sink closes a file; also when the hour ends, and when the columns change. */
export type RotationOptions = {
  /** A row so long after the file's first one begins another. Default "10m": six files an hour. */
  readonly rotateInterval?: Span | undefined;
  /** Rows of a file at most. Default 3600. */
  readonly flushSize?: number | undefined;
};

export type WriteAggregatedOptions = RotationOptions & {
  readonly topic: string;
  /** In front of the topics. Default "topics"; "" for none. */
  readonly topicsDir?: string | undefined;
  /** Kafka's. Default 0. */
  readonly partition?: number | undefined;
  /** Of the first row: to go on behind files that are there. Default 0. */
  readonly firstOffset?: number | undefined;
  /**
   * How long after its own time each row was produced: the hour of that instant is its folder, so late rows lie in a later one than their
   * `time` says. Default none.
   */
  readonly lateness?: Span | undefined;
  readonly signal?: AbortSignal | undefined;
};

export type WrittenFile = { readonly key: string; readonly rows: number; readonly bytes: number };

/** What the sink is told of a topic beyond the options: which columns are whole numbers. */
export type SinkOptions = WriteAggregatedOptions & { readonly longs: readonly string[] };

/**
 * Writes the windows of a topic as the observatory's sink for S3 does: one folder an hour, a file for every ten minutes, required columns,
 * Snappy; resolves with the files in order. A file is put whole once it is complete; rows are held for one file.
 *
 * @example
 * ```ts
 * const windows = aggregateRows(rows, { operations: ["min", "mean", "max"] });
 * await writeAggregated(fs("./bucket"), windows, { topic: "example-002-aggregated" });
 * ```
 */
export async function writeAggregated(
  store: ObjectStore,
  rows: Iterable<SinkRow> | AsyncIterable<SinkRow>,
  options: WriteAggregatedOptions,
): Promise<readonly WrittenFile[]> {
  return writeTopic(store, rows, { ...options, longs: ["count"] });
}

/** {@link writeAggregated} for rows of any topic. */
export async function writeTopic(
  store: ObjectStore,
  rows: Iterable<SinkRow> | AsyncIterable<SinkRow>,
  options: SinkOptions,
): Promise<readonly WrittenFile[]> {
  const { topic, topicsDir = "topics", partition = 0, longs, signal } = options;
  checkTopic(topic);
  const rotate = toSpan(options.rotateInterval ?? "10m");
  const lateness = toSpan(options.lateness ?? 0n);
  const flushSize = whole("flushSize", options.flushSize ?? 3600, 1);
  let offset = whole("firstOffset", options.firstOffset ?? 0, 0);
  whole("partition", partition, 0);

  const files: WrittenFile[] = [];
  let held: SinkRow[] = [];
  let columns: readonly SinkColumn[] = [];
  const flush = async () => {
    const [first] = held;
    if (first === undefined) return;
    const key = fileKey({ topicsDir, topic, time: first.time + lateness, partition, offset });
    const bytes = await fileBytes(held, columns);
    await store.put(key, bytes, { signal });
    files.push({ key, rows: held.length, bytes: bytes.byteLength });
    offset += held.length;
    held = [];
  };

  for await (const row of rows) {
    signal?.throwIfAborted();
    const [first] = held;
    if (first !== undefined) {
      const later = hourOf(row.time + lateness) !== hourOf(first.time + lateness) || row.time - first.time >= rotate;
      if (later || held.length >= flushSize || !sameColumns(row, columns)) await flush();
    }
    if (held.length === 0) columns = columnsOf(row, longs);
    held.push(row);
  }
  signal?.throwIfAborted();
  await flush();
  return files;
}

function sameColumns(row: SinkRow, columns: readonly SinkColumn[]): boolean {
  let index = 0;
  for (const name in row) if (columns[index++]?.name !== name) return false;
  return index === columns.length;
}

function whole(path: string, value: number, least: number): number {
  if (Number.isSafeInteger(value) && value >= least) return value;
  const message = `is a whole number from ${least} on, not ${value}`;
  throw sondeError("options", `${path} ${message}`, { issues: [{ path, message }] });
}
