import { type RecordBatch, type Schema, Table } from "apache-arrow";
import { printable } from "./inspect.js";

/** A table of batches that all have `schema`; without batches it has no rows. It prints as a table. */
export function tableOf(schema: Schema, batches: readonly RecordBatch[]): Table {
  return printable(new Table(schema, [...batches]));
}
