export { openParquet } from "./open.js";
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
