import type { LimitOptions } from "@sonde/core/bytes";
import type { RecordBatch, Schema } from "@sonde/core/connector";

export type ParquetOptions = {
  readonly signal: AbortSignal;
  /** What a file may ask for; see `Limits` of `@sonde/core/bytes`. One limiter bounds the open file. */
  readonly limits?: LimitOptions | undefined;
  /** The length, where a listing has told it already: saves asking the store. */
  readonly size?: number | undefined;
  /** Files up to so many bytes come in one request, the footer with them. Default 512 KiB. */
  readonly wholeFileBytes?: number | undefined;
  /** The unit of INT96 columns, whose range is wider than that of 64-bit nanoseconds (years 1677 to 2262). Default "nanosecond". */
  readonly int96?: "nanosecond" | "microsecond" | undefined;
};

/** A bound of a column as stored: numbers for 32-bit integers and floats, bigints for 64 bits, in the unit of the column. */
export type ParquetValue = number | bigint | boolean;

/** What a footer says of the values of a column in a row group. Absent: it does not say, or says it in a way that can't be trusted. */
export type ColumnStatistics = {
  /** At most the least value; NaN is never counted. */
  readonly min?: ParquetValue;
  /** At least the greatest value. */
  readonly max?: ParquetValue;
  readonly nulls?: number;
};

export interface ParquetColumn {
  /** From the root, without the file's root name. */
  readonly path: readonly string[];
  readonly type: string;
  readonly codec: string;
  readonly encodings: readonly string[];
  /** Bytes `start <= position < end` of the file. */
  readonly range: { readonly start: number; readonly end: number };
  readonly statistics: ColumnStatistics;
}

export interface ParquetRowGroup {
  readonly index: number;
  /** Its first row's number in the file. */
  readonly start: number;
  readonly rows: number;
  /** One for each leaf of the schema, in its order. */
  readonly columns: readonly ParquetColumn[];
  /** Of a column that is no list or struct; empty for others. */
  statistics(column: string): ColumnStatistics;
}

/** Rows whose `column` may lie in `[start, end)`; a bound left out is open. In the column's own unit, as its statistics are. */
export type ParquetPredicate = { readonly column: string; readonly start?: number | bigint; readonly end?: number | bigint };

export type ParquetQuery = {
  readonly signal: AbortSignal;
  /** Names of top-level columns; the result has the schema's order. Without: all. */
  readonly columns?: readonly string[] | undefined;
  /** Indexes of row groups, ascending. Without: all. */
  readonly rowGroups?: readonly number[] | undefined;
  /** Rows of the file, half open. */
  readonly rows?: { readonly start: number; readonly end: number } | undefined;
  /** Leaves out row groups by their statistics; rows that do not match remain in those that are read. */
  readonly where?: ParquetPredicate | readonly ParquetPredicate[] | undefined;
  /** At most so many rows a batch. Default 65,536, fewer where rows are long. */
  readonly batchRows?: number | undefined;
};

/** An open Parquet file. Its methods may be called concurrently; the source stays the caller's to close. */
export interface ParquetFile {
  readonly name: string;
  /** Of the file, in bytes. */
  readonly size: number;
  readonly rows: number;
  /** As Arrow: timestamps, times and decimals in the file's unit and scale; times of type INT96 in nanoseconds. */
  readonly schema: Schema;
  /** The key-value metadata, such as "parquet.avro.schema"; the last of equal keys. */
  readonly metadata: ReadonlyMap<string, string>;
  readonly createdBy: string | undefined;
  readonly rowGroups: readonly ParquetRowGroup[];
  /** Over all row groups; empty where one of them does not say. */
  statistics(column: string): ColumnStatistics;
  /** Non-empty batches of `schema` projected to `columns`, in the file's order. Rejects `not-found`, `format`, `limit`, `unsupported`. */
  read(query: ParquetQuery): AsyncGenerator<RecordBatch, void, undefined>;
}
