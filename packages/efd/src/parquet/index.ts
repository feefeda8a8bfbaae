export { parquet } from "./connector.js";
export { openParquet } from "./open.js";
export { type ParquetSourceInput, type ParquetSourceOptions, parquetOptions } from "./options.js";
export type {
  ColumnStatistics,
  ParquetColumn,
  ParquetFile,
  ParquetOptions,
  ParquetPredicate,
  ParquetQuery,
  ParquetRowGroup,
  ParquetValue,
} from "./types.js";
