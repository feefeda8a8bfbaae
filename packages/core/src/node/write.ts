import type { Schema } from "apache-arrow";
import { sondeError } from "../errors.js";
import { type CsvOptions, csvOf } from "../formats/csv.js";
import { type IpcOptions, ipcOf } from "../formats/ipc.js";
import { type NdjsonOptions, ndjsonOf } from "../formats/ndjson.js";
import { type ParquetOptions, parquetOf } from "../formats/parquet.js";
import type { BatchSource } from "../table/batches.js";
import type { CallOptions } from "./options.js";
import { type Written, writeWhole } from "./write-file.js";

/**
 * Writes a table, or batches as they come, as CSV. The file appears when it is whole. Memory: a batch.
 *
 * @example
 * ```ts
 * await writeCsv(join(streams, { start: "2018-01-01", span: "1h" }), "data.csv");
 * ```
 */
export function writeCsv(source: BatchSource, file: string, options: CsvOptions & CallOptions = {}): Promise<Written> {
  return writeWhole(source, file, (batches, schema) => csvOf(batches, { ...options, schema: options.schema ?? schema }), options);
}

/** Writes a table, or batches as they come, as one JSON object a line. The file appears when it is whole. Memory: a batch. */
export function writeNdjson(source: BatchSource, file: string, options: NdjsonOptions & CallOptions = {}): Promise<Written> {
  return writeWhole(source, file, (batches, schema) => ndjsonOf(batches, { ...options, schema: options.schema ?? schema }), options);
}

/** Writes a table, or batches as they come, as an Arrow IPC file (or stream, by `format`). The file appears when it is whole. Memory: a batch. */
export function writeArrow(source: BatchSource, file: string, options: IpcOptions & CallOptions = {}): Promise<Written> {
  const encode = (batches: BatchSource, schema: Schema | undefined) =>
    ipcOf(batches, { format: "file", ...options, schema: options.schema ?? schema });
  return writeWhole(source, file, (batches, schema) => whole(encode(batches, schema), file), options);
}

/** Writes a table, or batches as they come, as Parquet. The file appears when it is whole. Memory: a row group. */
export function writeParquet(source: BatchSource, file: string, options: ParquetOptions & CallOptions = {}): Promise<Written> {
  return writeWhole(
    source,
    file,
    (batches, schema) => whole(parquetOf(batches, { ...options, schema: options.schema ?? schema }), file),
    options,
  );
}

/** Formats that begin with a schema can't be written without one: a file of no bytes is none of theirs. */
async function* whole(pieces: AsyncIterable<Uint8Array>, file: string): AsyncGenerator<Uint8Array> {
  let begun = false;
  for await (const piece of pieces) {
    begun = true;
    yield piece;
  }
  if (!begun) {
    throw sondeError(
      "options",
      `no rows to write to ${file}, and no schema: give { schema }, as describe() knows it, for a file without rows`,
      {},
    );
  }
}
