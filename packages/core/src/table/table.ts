import { type RecordBatch, type Schema, Table } from "apache-arrow";

/** A table of batches that all have `schema`; without batches it has no rows. */
export function tableOf(schema: Schema, batches: readonly RecordBatch[]): Table {
  return new Table(schema, [...batches]);
}
