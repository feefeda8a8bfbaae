import { type Data, DataType, type Field, TimeUnit } from "apache-arrow";
import type { SchemaElement } from "hyparquet-writer";
import { sondeError } from "../errors.js";
import type { ColumnValues } from "../table/batch.js";
import { cellOf } from "../table/column.js";
import { jsonWriter, type TextOptions } from "./json-cell.js";

/** How a column is written: its Parquet element, the encoding where a choice would lose something, and the cells of a batch. */
export interface ParquetColumn {
  readonly element: SchemaElement;
  readonly encoding?: "PLAIN" | "DELTA_BINARY_PACKED";
  cells(data: Data): ColumnValues | unknown[];
}

const utf8 = new TextEncoder();
/** By the older converted types: the writer gives the newer logical one a bit width of the wrong Thrift type, which C++ refuses. */
const integerTypes: { readonly [signAndWidth: string]: "INT_8" | "INT_16" | "UINT_8" | "UINT_16" | "UINT_32" } = {
  true8: "INT_8",
  true16: "INT_16",
  false8: "UINT_8",
  false16: "UINT_16",
  false32: "UINT_32",
};
const units = { [TimeUnit.MILLISECOND]: "MILLIS", [TimeUnit.MICROSECOND]: "MICROS", [TimeUnit.NANOSECOND]: "NANOS" } as const;

/** The Parquet column for a field (Apache Parquet, LogicalTypes.md): exact for every type; nested cells and decoded ones as JSON. */
export function parquetColumn(field: Field, options: TextOptions): ParquetColumn {
  const { type, name, nullable } = field;
  const base = { name, repetition_type: nullable ? "OPTIONAL" : "REQUIRED" } as const;

  if (DataType.isBool(type)) return { element: { ...base, type: "BOOLEAN" }, cells: (data) => cellsOf(data) };
  if (DataType.isInt(type)) {
    const { bitWidth, isSigned } = type;
    if (bitWidth === 64) {
      const logical = isSigned ? {} : { converted_type: "UINT_64" as const };
      return { element: { ...base, type: "INT64", ...logical }, cells: (data) => flat(data, (cell) => cell) };
    }
    if (bitWidth === 32 && isSigned) return { element: { ...base, type: "INT32" }, cells: (data) => flat(data, (cell) => cell) };
    return {
      element: { ...base, type: "INT32", converted_type: integerTypes[`${isSigned}${bitWidth}`] ?? "INT_32" },
      cells: (data) => cellsOf(data),
    };
  }
  if (DataType.isFloat(type)) {
    // A dictionary would take -0 for 0.
    const kind = type.precision === 2 ? "DOUBLE" : "FLOAT";
    return {
      element: { ...base, type: kind },
      encoding: "PLAIN",
      cells: (data) => (type.precision === 0 ? cellsOf(data) : flat(data, (cell) => cell)),
    };
  }
  if (DataType.isTimestamp(type)) {
    const { unit } = type;
    const logical_type = {
      type: "TIMESTAMP",
      isAdjustedToUTC: Boolean(type.timezone),
      unit: unit === TimeUnit.SECOND ? "MILLIS" : units[unit],
    } as const;
    const factor = unit === TimeUnit.SECOND ? 1000n : 1n;
    return {
      element: { ...base, type: "INT64", logical_type },
      encoding: "DELTA_BINARY_PACKED",
      cells: (data) => stored(data, (value) => value * factor),
    };
  }
  if (DataType.isDuration(type)) return { element: { ...base, type: "INT64" }, cells: (data) => durations(name, data) };
  if (DataType.isUtf8(type) || DataType.isLargeUtf8(type)) {
    return {
      element: { ...base, type: "BYTE_ARRAY", converted_type: "UTF8", logical_type: { type: "STRING" } },
      cells: (data) => cellsOf(data),
    };
  }
  const decoded = options.decode !== undefined && field.metadata.has("sonde:encoding");
  if ((DataType.isBinary(type) || DataType.isLargeBinary(type)) && !decoded)
    return { element: { ...base, type: "BYTE_ARRAY" }, cells: (data) => cellsOf(data) };
  if (DataType.isFixedSizeBinary(type) && !decoded) {
    return { element: { ...base, type: "FIXED_LEN_BYTE_ARRAY", type_length: type.byteWidth }, cells: (data) => cellsOf(data) };
  }
  // By its logical type alone: the writer would encode values of the older converted type once more.
  return {
    element: { ...base, type: "BYTE_ARRAY", logical_type: { type: "JSON" } },
    cells: (data) => {
      const json = jsonWriter(data, field, options);
      return Array.from({ length: data.length }, (_, row) => (data.getValid(row) ? utf8.encode(json(row)) : null));
    },
  };
}

function cellsOf(data: Data): unknown[] {
  return Array.from({ length: data.length }, (_, row) => cellOf(data, row));
}

/** Nanoseconds; a duration in seconds can be too long for 64 bits of them. */
function durations(name: string, data: Data): unknown[] {
  const cells = cellsOf(data);
  for (const cell of cells) {
    if (typeof cell !== "bigint" || BigInt.asIntN(64, cell) === cell) continue;
    throw sondeError(
      "limit",
      `column '${name}' holds a duration of ${cell} ns, which Parquet's 64 bits do not: leave the column out, or write Arrow`,
      {
        what: "nanoseconds of a duration",
        asked: cell,
        allowed: 2n ** 63n - 1n,
      },
    );
  }
  return cells;
}

/** Typed arrays as they are where nothing is null. */
function flat(data: Data, convert: (cell: unknown) => unknown): ColumnValues | unknown[] {
  if (data.nullCount === 0) return data.values.subarray(0, data.length);
  return Array.from({ length: data.length }, (_, row) => (data.getValid(row) ? convert(data.values[row]) : null));
}

/** The integers of a time in their own unit. */
function stored(data: Data, convert: (value: bigint) => bigint): ColumnValues | unknown[] {
  return Array.from({ length: data.length }, (_, row) => (data.getValid(row) ? convert(BigInt(data.values[row])) : null));
}
