import { type BatchSource, csvOf, ndjsonOf, parquetOf } from "@sonde/core";
import type { Schema } from "@sonde/core/connector";
import { framesOf } from "@sonde/core/wire";
import type { RowFormat } from "./question.js";

type Write = (source: BatchSource, options?: { readonly schema?: Schema }) => AsyncIterable<Uint8Array>;

const writers: { readonly [format in RowFormat]: { readonly type: string; readonly write: Write } } = {
  arrow: { type: "application/vnd.apache.arrow.stream", write: framesOf },
  parquet: { type: "application/vnd.apache.parquet", write: parquetOf },
  csv: { type: "text/csv; charset=utf-8", write: csvOf },
  ndjson: { type: "application/x-ndjson", write: ndjsonOf },
};

export function mediaType(format: RowFormat): string {
  return writers[format].type;
}

/** Rows in the form that was asked for. Of no rows, the answer still says what columns there would be. */
export async function* rowsAs(
  format: RowFormat,
  source: BatchSource,
  schema: () => Promise<Schema> | Schema,
): AsyncGenerator<Uint8Array, void, undefined> {
  const { write } = writers[format];
  let begun = false;
  for await (const piece of write(source)) {
    begun = true;
    yield piece;
  }
  if (!begun) yield* write([], { schema: await schema() });
}

/** Rows at hand, or whose schema is known before they come. */
export function piecesAs(format: RowFormat, source: BatchSource, schema: Schema): AsyncIterable<Uint8Array> {
  return writers[format].write(source, { schema });
}
