export type { ByteRange, ByteSource } from "./bytes/source.js";
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
} from "./contract.js";
export { isSondeError, type SondeError, type SondeErrorCode, type SondeErrorDetails, sondeError } from "./errors.js";
export { type CsvOptions, csvOf, toCsv } from "./formats/csv.js";
export { fromIPC, type IpcOptions, ipcOf, toIPC } from "./formats/ipc.js";
export { type NdjsonOptions, ndjsonOf, toNdjson } from "./formats/ndjson.js";
export { type ParquetOptions, parquetOf, toParquet } from "./formats/parquet.js";
export { asofJoin } from "./kernels/asof-join.js";
export { downsample } from "./kernels/downsample/downsample.js";
export { columnSummaries, summarize } from "./kernels/summarize.js";
export { gridOf, widthFor } from "./kernels/windows/grid.js";
export { defineConnector, type OpenableConnector, openConnector } from "./source/connector.js";
export { join } from "./source/join.js";
export { open, resolveAddress } from "./source/open.js";
export type {
  ArrayOptions,
  Batches,
  CallOptions,
  Joinable,
  Many,
  Observe,
  ReadOptions,
  Row,
  Source,
  SourceOf,
  Stream,
  Within,
} from "./source/types.js";
export type { BatchSource } from "./table/batches.js";
export { cellOf, chunksOf, timesOf } from "./table/column.js";
export { type FieldInfo, fieldInfo, type Provenance, provenance, type Role } from "./table/field.js";
export { type PrintOptions, printTable } from "./table/inspect.js";
export { nanosOffsets } from "./table/nanos-offsets.js";
export { type DecodeCell, rowsOf } from "./table/rows.js";
export { ticksToTimes, tickToTime, timeToTick } from "./time/clock.js";
export { type FormatOptions, formatNanos } from "./time/format.js";
export { clockOf } from "./time/frequency.js";
export { toNanos } from "./time/instant.js";
export { type LeapSecondStep, leapSeconds, leapSecondsExpiry } from "./time/leap-seconds.js";
export { maxNanos, minNanos } from "./time/nanos.js";
export { nowNanos } from "./time/now.js";
export { contains, intersect, isEmpty, roundOutward } from "./time/range.js";
export { formatSpan, toSpan } from "./time/span.js";
export { taiMinusUtc, taiToUtc, utcToTai } from "./time/tai.js";
export type { Instant, Span } from "./time/types.js";
export { inZone } from "./time/zone.js";
