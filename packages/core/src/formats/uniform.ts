import type { RecordBatch, Schema } from "apache-arrow";
import { sondeError } from "../errors.js";
import { type BatchSource, batchesOf, schemaOfSource } from "../table/batches.js";
import { canonicalBatch, canonicalSchema } from "../table/canonical.js";
import { schemaText } from "../table/schema.js";

export type UniformOptions = {
  /** Of the batches to come: so that a source without rows still gives a header. */
  readonly schema?: Schema | undefined;
};

/** The step of a writer: the schema, once and first, then batches that have it. */
export type UniformStep = { readonly schema: Schema; readonly batch?: RecordBatch };

/**
 * The batches of a source under canonical types and one schema. A batch with other columns, types or nullability is an error
 * `contract`: Arrow's own writer ends the file there without one. A source of no batches and no schema gives nothing.
 */
export async function* uniformBatches(source: BatchSource, options: UniformOptions = {}): AsyncGenerator<UniformStep> {
  const given = options.schema ?? schemaOfSource(source);
  let schema = given && canonicalSchema(given);
  let text = schema && schemaText(schema);
  if (schema) yield { schema };
  for await (const batch of batchesOf(source)) {
    if (schema === undefined || text === undefined) {
      schema = canonicalSchema(batch.schema);
      text = schemaText(schema);
      yield { schema };
    }
    const own = schemaText(canonicalSchema(batch.schema));
    if (own !== text) {
      throw sondeError("contract", `a batch has the columns ${own}; those before it had ${text}: write them to files of their own`, {
        rule: "schema",
      });
    }
    yield { schema, batch: canonicalBatch(batch, schema) };
  }
}

/** All pieces in one array. */
export async function joinBytes(pieces: AsyncIterable<Uint8Array>): Promise<Uint8Array<ArrayBuffer>> {
  const all: Uint8Array[] = [];
  for await (const piece of pieces) all.push(piece);
  return joined(all);
}

export function joined(pieces: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(pieces.reduce((total, piece) => total + piece.byteLength, 0));
  let at = 0;
  for (const piece of pieces) {
    bytes.set(piece, at);
    at += piece.byteLength;
  }
  return bytes;
}
