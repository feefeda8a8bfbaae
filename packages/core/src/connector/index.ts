export type { Data, DataType, Field, RecordBatch, Schema, Table } from "apache-arrow";
export {
  type ActivityEvent,
  type Address,
  type Append,
  type ArrayQuery,
  type Arrays,
  type Call,
  type Clock,
  CONTRACT,
  type Collection,
  type CollectionQuery,
  type Collections,
  type Connector,
  type Create,
  type Description,
  type Driver,
  type Json,
  type Live,
  type Metadata,
  type Nanos,
  type NdArray,
  type Newest,
  type Objects,
  type Overview,
  type Progress,
  type ReadQuery,
  type Statistic,
  type StoredObject,
  type StreamDriver,
  type StreamInfo,
  type StreamKind,
  type StreamQuery,
  type TimeRange,
  type Versions,
  type WindowQuery,
  type Windows,
} from "../contract.js";
export { isSondeError, type SondeError, type SondeErrorCode, type SondeErrorDetails, sondeError } from "../errors.js";
export { windowSchema } from "../kernels/windows/plan.js";
export { windowBatches } from "../kernels/windows.js";
export { defineConnector, type OpenableConnector } from "../source/connector.js";
export { many } from "../source/many.js";
export type { Many } from "../source/types.js";
export { batchOf, type ColumnInput, type ColumnValues } from "../table/batch.js";
export { coalesceBatches } from "../table/batches.js";
export { batchOfData, type ColumnBuffers, dataOf } from "../table/buffers.js";
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
export { isTypedArray, type TypedArray } from "../table/typed-array.js";
export { arrowType } from "../table/types.js";
export { extentOf, matchesQuery } from "./query.js";
