import { type Data, DataType, type RecordBatch, type Table, TimeUnit, type Vector } from "apache-arrow";
import { sondeError } from "../errors.js";
import type { TimeRange } from "../time/types.js";

/** Nanoseconds in one unit of an Arrow timestamp, time or duration. */
function unitNanos(unit: TimeUnit): bigint {
  return unit === TimeUnit.SECOND
    ? 1_000_000_000n
    : unit === TimeUnit.MILLISECOND
      ? 1_000_000n
      : unit === TimeUnit.MICROSECOND
        ? 1000n
        : 1n;
}

/** The chunks of a column, in order; `not-found` names the columns that there are. Loop over `values` up to `length`: IPC pads buffers. */
export function chunksOf(table: Table | RecordBatch, name: string): readonly Data[] {
  const vector: Vector | null = table.getChild(name);
  if (vector === null) {
    const names = table.schema.fields.map((field) => field.name).join(", ");
    throw sondeError("not-found", `no column '${name}': there are ${names}`, { id: name });
  }
  return vector.data;
}

/** The instants of a batch, exact. A view, as long as the batch has rows. */
export function timesOf(batch: RecordBatch, name = "time"): BigInt64Array {
  const [data] = chunksOf(batch, name);
  if (data === undefined || !DataType.isTimestamp(data.type) || data.type.unit !== TimeUnit.NANOSECOND) {
    throw sondeError("contract", `column '${name}' is not a timestamp in nanoseconds`, { rule: "time" });
  }
  // Int64-backed by its type.
  return (data.values as BigInt64Array).subarray(0, data.length);
}

/** The first row whose time is at or after `time`; `times.length` when there is none. Times never descend. */
export function lowerBound(times: BigInt64Array, time: bigint, from = 0): number {
  let low = from;
  let high = times.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    // In bounds: low <= middle < high <= length.
    if ((times[middle] as bigint) < time) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The rows of a batch inside a half-open range: a view, by binary search. */
export function sliceTime(batch: RecordBatch, range: TimeRange): RecordBatch {
  const times = timesOf(batch);
  const from = lowerBound(times, range.start);
  const to = lowerBound(times, range.end, from);
  return from === 0 && to === times.length ? batch : batch.slice(from, to);
}

/**
 * One cell, exact. Timestamps of any unit, times and durations are bigint nanoseconds (Arrow's own `get` gives
 * milliseconds), 64-bit integers bigint, lists of plain numbers typed arrays (views), structs objects, null is null.
 */
export function cellOf(data: Data, row: number): unknown {
  const { type } = data;
  if (DataType.isNull(type) || !data.getValid(row)) return null;
  if (DataType.isBool(type)) {
    const bit = data.offset + row;
    return (((data.values as Uint8Array)[bit >> 3] ?? 0) & (1 << (bit & 7))) !== 0;
  }
  if (DataType.isUtf8(type) || DataType.isLargeUtf8(type)) return decoder.decode(span(data, row, data.values));
  if (DataType.isBinary(type) || DataType.isLargeBinary(type)) return span(data, row, data.values);
  if (DataType.isFixedSizeBinary(type)) return data.values.subarray(row * type.byteWidth, (row + 1) * type.byteWidth);
  if (DataType.isInt(type)) return data.values[row];
  if (DataType.isFloat(type)) return data.values instanceof Uint16Array ? float16(data.values[row] ?? 0) : data.values[row];
  if (DataType.isTimestamp(type) || DataType.isDuration(type) || DataType.isTime(type))
    return BigInt(data.values[row]) * unitNanos(type.unit);
  if (DataType.isFixedSizeList(type)) return listCell(data.children[0] as Data, row * type.listSize, (row + 1) * type.listSize);
  if (DataType.isList(type)) return listCell(data.children[0] as Data, data.valueOffsets[row] ?? 0, data.valueOffsets[row + 1] ?? 0);
  if (DataType.isStruct(type)) return structCell(data, row);
  if (DataType.isMap(type)) return mapCell(data, row);
  if (DataType.isDictionary(type)) return cellOfVector(data.dictionary as Vector, Number(data.values[row]));
  if (DataType.isDate(type)) return new Date(type.unit === 0 ? Number(data.values[row]) * 86_400_000 : Number(data.values[row]));
  if (DataType.isDecimal(type)) return decimalText(data, row, type.scale);
  throw sondeError("unsupported", `cells of Arrow type ${type} can't be read`, { what: String(type) });
}

const decoder = new TextDecoder();

function span(data: Data, row: number, bytes: Uint8Array): Uint8Array {
  return bytes.subarray(Number(data.valueOffsets[row]), Number(data.valueOffsets[row + 1]));
}

/** A cell of a column in several chunks. */
export function cellOfVector(vector: Vector, row: number): unknown {
  for (const data of vector.data) {
    if (row < data.length) return cellOf(data, row);
    row -= data.length;
  }
  return undefined;
}

function listCell(child: Data, from: number, to: number): unknown {
  const plain =
    (DataType.isInt(child.type) || (DataType.isFloat(child.type) && !(child.values instanceof Uint16Array))) && child.nullCount === 0;
  if (plain) return child.values.subarray(from, to);
  return Array.from({ length: to - from }, (_, index) => cellOf(child, from + index));
}

function structCell(data: Data, row: number): Record<string, unknown> {
  // fromEntries defines own properties, so a field called `__proto__` stays data.
  return Object.fromEntries(
    data.type.children.map((field: { name: string }, index: number) => [field.name, cellOf(data.children[index] as Data, row)]),
  );
}

function mapCell(data: Data, row: number): Map<unknown, unknown> {
  const [keys, values] = (data.children[0] as Data).children as [Data, Data];
  const from = Number(data.valueOffsets[row]);
  const to = Number(data.valueOffsets[row + 1]);
  return new Map(Array.from({ length: to - from }, (_, index) => [cellOf(keys, from + index), cellOf(values, from + index)]));
}

/** Decimals as exact text: a number would lose digits. Two's complement, little endian, in 32-bit words. */
function decimalText(data: Data, row: number, scale: number): string {
  const words = data.stride;
  let value = 0n;
  for (let word = words - 1; word >= 0; word--) value = (value << 32n) | BigInt((data.values as Uint32Array)[row * words + word] ?? 0);
  value = BigInt.asIntN(words * 32, value);
  if (scale <= 0) return String(value * 10n ** BigInt(-scale));
  const digits = String(value < 0n ? -value : value).padStart(scale + 1, "0");
  return `${value < 0n ? "-" : ""}${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
}

/** The value of an IEEE 754 binary16. */
export function float16(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * 2 ** -24 * fraction;
  if (exponent === 31) return fraction ? Number.NaN : sign * Number.POSITIVE_INFINITY;
  return sign * 2 ** (exponent - 25) * (fraction + 1024);
}
