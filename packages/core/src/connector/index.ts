export type { Data, Field, RecordBatch, Schema, Table } from "apache-arrow";
export * from "../contract.js";
export { isSondeError, type SondeError, type SondeErrorCode, type SondeErrorDetails, sondeError } from "../errors.js";
export { windowSchema } from "../kernels/windows/plan.js";
export { windowBatches } from "../kernels/windows.js";
export { defineConnector, type OpenableConnector } from "../source/connector.js";
export { batchOf, type ColumnInput, type ColumnValues } from "../table/batch.js";
export { coalesceBatches } from "../table/batches.js";
export { canonicalBatch, canonicalSchema } from "../table/canonical.js";
export { cellOf, chunksOf, lowerBound, sliceTime, timesOf } from "../table/column.js";
export { concatBatches } from "../table/concat.js";
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
export { projectBatch } from "../table/project.js";
export { projectSchema, schemaOf, schemaText } from "../table/schema.js";
export { tableOf } from "../table/table.js";
export { takeRows } from "../table/take.js";
export { arrowType } from "../table/types.js";
export { extentOf, matchesQuery } from "./query.js";
