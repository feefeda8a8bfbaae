export type { Many } from "@sonde/core/connector";
export { type Aggregate, aggregate } from "./aggregate/aggregate.js";
export { type AggregateOptions, type Operation, operations } from "./aggregate/operations.js";
export type { AggregateRowsOptions, MessageRow } from "./aggregate/window-options.js";
export { type AggregatedRow, aggregateRows } from "./aggregate/windows.js";
export type { CallOptions } from "./call.js";
export type { Efd, TopicSummary, TopicsOptions } from "./client.js";
export { efd } from "./connector.js";
export type { InfluxCell, InfluxSeries } from "./influx/answer.js";
export type { InfluxCall } from "./influx/call.js";
export type { EfdInflux, InfluxQueryOptions, PackedOptions, TimeSeriesOptions, TopNOptions } from "./influx/client.js";
export { efdInflux } from "./influx/connector.js";
export { type CredentialSource, type EfdCredentials, efdCredentials, efdNames } from "./influx/credentials.js";
export type { InfluxField, InfluxFieldType } from "./influx/fields.js";
export { openInflux } from "./influx/open.js";
export { type EfdInfluxInput, type EfdInfluxOptions, efdInfluxOptions, type OpenInfluxInput } from "./influx/options.js";
export type { InfluxRange, InfluxScale } from "./influx/range.js";
export type { FieldSchema } from "./influx/registry.js";
export type { InfluxRows } from "./influx/rows.js";
export { type UnpackOptions, unpackFields } from "./influx/unpack.js";
export type { EfdFile } from "./layout/archive.js";
export type { FileName } from "./layout/file-name.js";
export { openEfd } from "./open.js";
export { type EfdInput, type EfdOptions, efdOptions } from "./options.js";
export type { SkippedFile } from "./read/faults.js";
export type { RowPolicy } from "./read/plan.js";
export type { StatisticName } from "./schema/column-name.js";
export { packedFields } from "./schema/packed-time.js";
export type { TimeColumn, TimeScale } from "./schema/time-column.js";
export type { EfdField, TopicShape } from "./schema/topic-shape.js";
export type { Band } from "./topic/band.js";
export type { ColumnChoice } from "./topic/columns.js";
export type { TopicDescription } from "./topic/describe.js";
export type { EfdHour } from "./topic/hours.js";
export type { Packed } from "./topic/packed.js";
export type { RangeInput } from "./topic/range.js";
export type { EfdRows } from "./topic/rows.js";
export type {
  EfdBandOptions,
  EfdPackedOptions,
  EfdReadOptions,
  EfdRowOptions,
  EfdTopic,
  EfdWindowOptions,
  RangeOptions,
} from "./topic/topic.js";
export type { WindowStatistic } from "./topic/windows.js";
export { type RotationOptions, type WriteAggregatedOptions, type WrittenFile, writeAggregated } from "./write/write.js";
