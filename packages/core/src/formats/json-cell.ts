import { type Data, DataType, type Field } from "apache-arrow";
import { cellOf } from "../table/column.js";
import { childFields } from "../table/empty.js";
import { readerOf } from "../table/reader.js";
import { type DecodeCell, fieldEncoding } from "../table/rows.js";
import { isTypedArray } from "../table/typed-array.js";
import { formatNanos } from "../time/format.js";
import { floorDivide, nanosPerSecond } from "../time/nanos.js";

export type TimeText = "rfc3339" | "nanos";

/** What both text formats ask of their caller. */
export type TextOptions = {
  /** How instants are written: RFC 3339 with nine digits (the default), or integer nanoseconds since the epoch. */
  readonly times?: TimeText | undefined;
  /** Shows cells whose field names an encoding: that of the source without, as batches of a stream have it; else as stored. */
  readonly decode?: DecodeCell | undefined;
};

/**
 * A function that writes the cells of a column as JSON text, exactly, by the conventions of Protocol Buffers' JSON mapping:
 * 64-bit integers are digit strings, whatever their size; NaN and infinities the strings "NaN", "Infinity", "-Infinity", so that
 * null stays null; bytes are base64.
 */
export function jsonWriter(data: Data, field: Field, options: TextOptions): (row: number) => string {
  const { type } = data;
  const { times = "rfc3339", decode } = options;
  if (decode && fieldEncoding(field) !== undefined) {
    return (row) => {
      const cell = cellOf(data, row);
      return cell === null ? "null" : JSON.stringify(jsonOfValue(decode(field, cell)));
    };
  }
  const read = readerOf(data);
  if (DataType.isFloat(type) || (DataType.isInt(type) && type.bitWidth < 64)) return (row) => numberText(read(row));
  const write = scalarWriter(type, times);
  return (row) => {
    const cell = read(row);
    return cell === null ? "null" : write(cell);
  };
}

function scalarWriter(type: DataType, times: TimeText): (cell: unknown) => string {
  if (DataType.isTimestamp(type)) {
    const instant = instantWriter(type, times);
    // Cells of a timestamp that are not null are bigints.
    return (cell) => `"${instant(cell as bigint)}"`;
  }
  if (DataType.isInt(type)) return (cell) => `"${cell}"`;
  return (cell) => JSON.stringify(jsonOf(type, cell, times));
}

function numberText(cell: unknown): string {
  if (cell === null) return "null";
  if (!Number.isFinite(cell)) return `"${String(cell)}"`;
  return Object.is(cell, -0) ? "-0.0" : String(cell);
}

/** {@link instantText} for a column: what rows of one second share is made once. */
export function instantWriter(type: DataType, times: TimeText): (nanos: bigint) => string {
  if (times === "nanos") return String;
  let start = 0n;
  let end = 0n;
  let before = "";
  let after = "";
  return (nanos) => {
    if (nanos < start || nanos >= end) {
      start = floorDivide(nanos, nanosPerSecond) * nanosPerSecond;
      end = start + nanosPerSecond;
      const text = instantText(type, nanos, times);
      const point = text.indexOf(".") + 1;
      before = text.slice(0, point);
      after = text.slice(point + 9);
    }
    // A one in front keeps the zeros.
    return before + String(Number(nanos - start) + 1e9).slice(1) + after;
  };
}

/** The instant as text; without a zone in the type it is a local time, and has no Z. */
function instantText(type: DataType, nanos: bigint, times: TimeText): string {
  if (times === "nanos") return String(nanos);
  const text = formatNanos(nanos);
  return DataType.isTimestamp(type) && type.timezone ? text : text.slice(0, -1);
}

/** A cell that is not null, as a value that JSON can hold. */
export function jsonOf(type: DataType, cell: unknown, times: TimeText): unknown {
  if (cell === null) return null;
  if (DataType.isTimestamp(type)) return instantText(type, cell as bigint, times);
  if (DataType.isList(type) || DataType.isFixedSizeList(type)) {
    // Below, cells are what cellOf makes of their type, and nested types have the children of their kind.
    const [item] = childFields(type) as [Field];
    return Array.from(cell as ArrayLike<unknown>, (value) => jsonOf(item.type, value, times));
  }
  if (DataType.isStruct(type)) {
    const values = cell as { readonly [name: string]: unknown };
    // fromEntries keeps a field called `__proto__` as data.
    return Object.fromEntries(childFields(type).map((field) => [field.name, jsonOf(field.type, values[field.name], times)]));
  }
  if (DataType.isMap(type)) {
    const [key, value] = childFields(childFields(type)[0]?.type as DataType) as [Field, Field];
    return Array.from(cell as Map<unknown, unknown>, ([k, v]) => [jsonOf(key.type, k, times), jsonOf(value.type, v, times)]);
  }
  return jsonOfValue(cell);
}

/** Any value that a decoder gave. Functions and cycles are none; the latter throw. */
function jsonOfValue(value: unknown): unknown {
  if (typeof value === "bigint") return String(value);
  if (typeof value === "number") return Number.isFinite(value) ? value : String(value);
  if (value instanceof Date) return value.toISOString();
  if (value instanceof Uint8Array) return base64(value);
  if (isTypedArray(value) || Array.isArray(value)) return Array.from<unknown, unknown>(value, jsonOfValue);
  if (value instanceof Map) return Array.from(value, ([key, inner]) => [jsonOfValue(key), jsonOfValue(inner)]);
  if (typeof value === "object" && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, jsonOfValue(inner)]));
  }
  return value ?? null;
}

/** RFC 4648, section 4. In pieces: a call takes only so many arguments. */
export function base64(bytes: Uint8Array): string {
  let text = "";
  for (let from = 0; from < bytes.length; from += 8192) text += String.fromCharCode(...bytes.subarray(from, from + 8192));
  return btoa(text);
}
