import type { ByteSource } from "@sonde/core/bytes";
import type { RunHeader, StreamColumns, Waiting } from "../catalog/types.js";
import type { DocumentPair, EventDescriptor } from "../event-model/documents.js";

export type ColumnsQuery = { readonly stream: string; readonly fields: readonly string[] };

/** How the documents of a run are written in one file. */
export interface RunFormat {
  readonly id: "msgpack" | "jsonl" | "json";
  /** First document and last; undefined for an empty file, which is about to be written. Rejects `format` where it begins with no start. */
  header(source: ByteSource, size: number, options: Waiting): Promise<RunHeader | undefined>;
  /** Those before any damage, which is told to whoever reads the documents. */
  descriptors(source: ByteSource, size: number, header: RunHeader, options: Waiting): Promise<readonly EventDescriptor[]>;
  documents(source: ByteSource, size: number, header: RunHeader, options: Waiting): AsyncIterable<DocumentPair>;
  columns(source: ByteSource, size: number, header: RunHeader, query: ColumnsQuery, options: Waiting): AsyncIterable<StreamColumns>;
}
