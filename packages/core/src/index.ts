export type { ByteRange, ByteSource } from "./bytes/source.js";
export * from "./contract.js";
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
