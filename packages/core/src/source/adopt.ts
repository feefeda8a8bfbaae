import { type RecordBatch, Schema } from "apache-arrow";
import { sondeError } from "../errors.js";
import { canonicalBatch, canonicalSchema } from "../table/canonical.js";
import { type Provenance, provenanceMetadata } from "../table/field.js";
import { schemaText } from "../table/schema.js";

/** `schema` that says how its rows came about. */
export function withProvenance(schema: Schema, provenance: Provenance): Schema {
  return new Schema(schema.fields, new Map([...schema.metadata, provenanceMetadata(provenance)]));
}

/**
 * Every batch of a driver passes here: one schema with canonical types for all, so that tables and IPC files take them together.
 * Rejects `contract` when a batch differs from the first in names, types or nullability; drops empty batches.
 */
export async function* adopt(
  what: string,
  batches: AsyncIterable<RecordBatch>,
  provenance: Provenance,
): AsyncGenerator<RecordBatch, void, undefined> {
  let schema: Schema | undefined;
  let expected = "";
  let checked: Schema | undefined;
  for await (const batch of batches) {
    if (batch.numRows === 0) continue;
    if (schema === undefined) {
      schema = withProvenance(canonicalSchema(batch.schema), provenance);
      expected = schemaText(schema);
    }
    // Batches of one read mostly share a schema object: it is compared once, not once a batch.
    if (batch.schema !== checked) {
      const found = schemaText(batch.schema);
      if (found !== expected && schemaText(canonicalSchema(batch.schema)) !== expected) {
        throw sondeError("contract", `${what}: a batch of ${found} follows one of ${expected}: report it to the connector's author`, {
          rule: "schema",
        });
      }
      checked = batch.schema;
    }
    yield canonicalBatch(batch, schema);
  }
}
