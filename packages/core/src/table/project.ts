import type { RecordBatch } from "apache-arrow";
import { projectSchema } from "./schema.js";

/** `time` and the named columns of a batch, in the batch's order; all of it without names. Rejects `not-found` for others. */
export function projectBatch(batch: RecordBatch, columns: readonly string[] | undefined): RecordBatch {
  if (columns === undefined) return batch;
  const { fields } = batch.schema;
  // Arrow's `select` by names leaves holes where it skips a column.
  return batch.selectAt(projectSchema(batch.schema, columns).fields.map((field) => fields.indexOf(field)));
}
