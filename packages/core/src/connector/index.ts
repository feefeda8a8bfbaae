export * from "../contract.js";
export { isSondeError, type SondeError, type SondeErrorCode, type SondeErrorDetails, sondeError } from "../errors.js";
export { batchOf, type ColumnInput, type ColumnValues } from "../table/batch.js";
export { canonicalBatch, canonicalSchema } from "../table/canonical.js";
export { cellOf, chunksOf, lowerBound, sliceTime, timesOf } from "../table/column.js";
export {
  type FieldInfo,
  fieldInfo,
  fieldMetadata,
  fieldOf,
  type Provenance,
  provenance,
  provenanceMetadata,
  type Role,
  timeField,
} from "../table/field.js";
export { projectSchema, schemaOf, schemaText } from "../table/schema.js";
export { arrowType } from "../table/types.js";
export type { Field, RecordBatch, Schema, Table } from "apache-arrow";
export { tableOf } from "../table/table.js";
