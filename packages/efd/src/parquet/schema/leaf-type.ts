import { arrowType, type DataType } from "@sonde/core/connector";
import type { SchemaElement } from "hyparquet";
import { damaged, type Place, unsupported } from "../damage.js";
import { bigEndianDecimals, intDecimals, longDecimals } from "../values/decimal.js";
import { int96Times } from "../values/int96.js";

/** How the values of a column lie in its pages: one byte a boolean here, `width` bytes, or bytes of any length. */
export type Storage = { readonly kind: "boolean" } | { readonly kind: "fixed"; readonly width: number } | { readonly kind: "bytes" };

/** What a column of plain values is in Arrow, and how its stored values become that. */
export type LeafType = {
  readonly type: DataType;
  readonly storage: Storage;
  /** Checked to be UTF-8. */
  readonly text: boolean;
  /** Of fixed storage: `length` values, zero where there is none, as Arrow has them. A view where the bytes are the same. */
  readonly convert: (raw: Uint8Array<ArrayBuffer>, length: number, place: Place) => ArrayBufferView;
  /** Of bytes that become decimals. */
  readonly decimalBytes?: number;
};

const units = { MILLIS: "millisecond", MICROS: "microsecond", NANOS: "nanosecond" } as const;
type View = (raw: Uint8Array<ArrayBuffer>, length: number) => ArrayBufferView;
const bytes: View = (raw) => raw;
const int32 = (raw: Uint8Array<ArrayBuffer>, length: number) => new Int32Array(raw.buffer, raw.byteOffset, length);
const uint32: View = (raw, length) => new Uint32Array(raw.buffer, raw.byteOffset, length);
const int64 = (raw: Uint8Array<ArrayBuffer>, length: number) => new BigInt64Array(raw.buffer, raw.byteOffset, length);
const uint64: View = (raw, length) => new BigUint64Array(raw.buffer, raw.byteOffset, length);
const uint16: View = (raw, length) => new Uint16Array(raw.buffer, raw.byteOffset, length);
const float32: View = (raw, length) => new Float32Array(raw.buffer, raw.byteOffset, length);
const float64: View = (raw, length) => new Float64Array(raw.buffer, raw.byteOffset, length);

/** Of a leaf of the schema (Parquet's LogicalTypes.md). An annotation that does not fit the stored type is passed over. */
export function leafType(element: SchemaElement, int96: "nanosecond" | "microsecond", place: Place): LeafType {
  const fixed = (type: DataType, width: number, convert: LeafType["convert"]): LeafType => ({
    type,
    storage: { kind: "fixed", width },
    text: false,
    convert,
  });
  const annotation = annotationOf(element);
  if (annotation.type === "NULL") return { ...physical(element, fixed, int96, place), type: arrowType.none() };
  if (annotation.type === "DECIMAL") return decimal(element, annotation, fixed, place);
  switch (element.type) {
    case "INT32":
      if (annotation.type === "DATE") return fixed(arrowType.date(), 4, int32);
      if (annotation.type === "TIME" && annotation.unit === "MILLIS") return fixed(arrowType.time("millisecond"), 4, int32);
      if (annotation.type === "INTEGER") return integer32(annotation, fixed);
      break;
    case "INT64":
      if (annotation.type === "TIMESTAMP")
        return fixed(arrowType.timestamp(units[annotation.unit], annotation.isAdjustedToUTC ? "UTC" : undefined), 8, int64);
      if (annotation.type === "TIME" && annotation.unit !== "MILLIS") return fixed(arrowType.time(units[annotation.unit]), 8, int64);
      if (annotation.type === "INTEGER" && !annotation.isSigned) return fixed(arrowType.uint64(), 8, uint64);
      break;
    case "BYTE_ARRAY":
      if (annotation.type === "STRING" || annotation.type === "ENUM" || annotation.type === "JSON")
        return { type: arrowType.utf8(), storage: { kind: "bytes" }, text: true, convert: bytes };
      break;
    case "FIXED_LEN_BYTE_ARRAY":
      if (annotation.type === "FLOAT16" && element.type_length === 2) return fixed(arrowType.float16(), 2, uint16);
      break;
    default:
      break;
  }
  return physical(element, fixed, int96, place);
}

type Fixed = (type: DataType, width: number, convert: LeafType["convert"]) => LeafType;

function physical(element: SchemaElement, fixed: Fixed, int96: "nanosecond" | "microsecond", place: Place): LeafType {
  switch (element.type) {
    case "BOOLEAN":
      return { type: arrowType.bool(), storage: { kind: "boolean" }, text: false, convert: bytes };
    case "INT32":
      return fixed(arrowType.int32(), 4, int32);
    case "INT64":
      return fixed(arrowType.int64(), 8, int64);
    case "INT96":
      return fixed(arrowType.timestamp(int96), 12, (raw, length, where) => int96Times(raw, length, int96, where));
    case "FLOAT":
      return fixed(arrowType.float32(), 4, float32);
    case "DOUBLE":
      return fixed(arrowType.float64(), 8, float64);
    case "BYTE_ARRAY":
      return { type: arrowType.binary(), storage: { kind: "bytes" }, text: false, convert: bytes };
    case "FIXED_LEN_BYTE_ARRAY": {
      const width = element.type_length ?? 0;
      if (width <= 0 || width > 2 ** 24) throw damaged(place, `values of ${width} bytes in column '${element.name}'`);
      return fixed(arrowType.fixedSizeBinary(width), width, bytes);
    }
    default:
      throw damaged(place, `column '${element.name}' has no known type`);
  }
}

function integer32({ bitWidth, isSigned }: { readonly bitWidth: number; readonly isSigned: boolean }, fixed: Fixed): LeafType {
  // The typed arrays cut the number to their width.
  if (bitWidth === 8 && isSigned) return fixed(arrowType.int8(), 4, (raw, length) => new Int8Array(int32(raw, length)));
  if (bitWidth === 8) return fixed(arrowType.uint8(), 4, (raw, length) => new Uint8Array(int32(raw, length)));
  if (bitWidth === 16 && isSigned) return fixed(arrowType.int16(), 4, (raw, length) => new Int16Array(int32(raw, length)));
  if (bitWidth === 16) return fixed(arrowType.uint16(), 4, (raw, length) => new Uint16Array(int32(raw, length)));
  return isSigned ? fixed(arrowType.int32(), 4, int32) : fixed(arrowType.uint32(), 4, uint32);
}

function decimal(
  element: SchemaElement,
  { precision, scale }: { readonly precision: number; readonly scale: number },
  fixed: Fixed,
  place: Place,
): LeafType {
  const what = `column '${element.name}' of decimals with ${precision} digits, ${scale} behind the point,`;
  if (!(precision > 0 && scale >= 0 && scale <= precision)) throw damaged(place, `the impossible ${what}`);
  if (precision > 76) throw unsupported(place, what, "Arrow holds 76");
  const width = precision > 38 ? 32 : 16;
  const type = arrowType.decimal(precision, scale, width === 32 ? 256 : 128);
  switch (element.type) {
    case "INT32":
      return fixed(type, 4, (raw, length) => intDecimals(int32(raw, length), width));
    case "INT64":
      return fixed(type, 8, (raw, length) => longDecimals(int64(raw, length), width));
    case "FIXED_LEN_BYTE_ARRAY": {
      const stored = element.type_length ?? 0;
      if (stored <= 0 || stored > 2 ** 10) throw damaged(place, `decimals of ${stored} bytes in column '${element.name}'`);
      return fixed(type, stored, (raw, length, where) => bigEndianDecimals(raw, (row) => row * stored, length, width, where));
    }
    case "BYTE_ARRAY":
      return { type, storage: { kind: "bytes" }, text: false, convert: bytes, decimalBytes: width };
    default:
      throw damaged(place, `column '${element.name}' keeps decimals as ${element.type}`);
  }
}

type Annotation =
  | { readonly type: "TIME" | "TIMESTAMP"; readonly unit: keyof typeof units; readonly isAdjustedToUTC: boolean }
  | { readonly type: "DECIMAL"; readonly precision: number; readonly scale: number }
  | { readonly type: "INTEGER"; readonly bitWidth: number; readonly isSigned: boolean }
  | { readonly type: "STRING" | "ENUM" | "JSON" | "DATE" | "FLOAT16" | "NULL" | "other" };

/** The logical type, else the converted type of older writers in its words. */
function annotationOf({ logical_type: logical, converted_type: converted, precision, scale }: SchemaElement): Annotation {
  switch (logical?.type) {
    case "TIME":
    case "TIMESTAMP":
      return { type: logical.type, unit: logical.unit, isAdjustedToUTC: logical.isAdjustedToUTC };
    case "DECIMAL":
      return { type: "DECIMAL", precision: logical.precision ?? 0, scale: logical.scale ?? 0 };
    case "INTEGER":
      return { type: "INTEGER", bitWidth: logical.bitWidth, isSigned: logical.isSigned };
    case "STRING":
    case "ENUM":
    case "JSON":
    case "DATE":
    case "FLOAT16":
    case "NULL":
      return { type: logical.type };
    default:
      break;
  }
  switch (converted) {
    case "UTF8":
      return { type: "STRING" };
    case "ENUM":
    case "JSON":
    case "DATE":
      return { type: converted };
    case "DECIMAL":
      return { type: "DECIMAL", precision: precision ?? 0, scale: scale ?? 0 };
    case "TIME_MILLIS":
      return { type: "TIME", unit: "MILLIS", isAdjustedToUTC: true };
    case "TIME_MICROS":
      return { type: "TIME", unit: "MICROS", isAdjustedToUTC: true };
    case "TIMESTAMP_MILLIS":
      return { type: "TIMESTAMP", unit: "MILLIS", isAdjustedToUTC: true };
    case "TIMESTAMP_MICROS":
      return { type: "TIMESTAMP", unit: "MICROS", isAdjustedToUTC: true };
    default: {
      const sized = /^(U?)INT_(8|16|32|64)$/.exec(converted ?? "");
      return sized ? { type: "INTEGER", bitWidth: Number(sized[2]), isSigned: sized[1] === "" } : { type: "other" };
    }
  }
}
