import { type Data, DataType, makeData, RecordBatch, type Schema, Struct, vectorFromArray } from "apache-arrow";
import { sondeError } from "../errors.js";
import { emptyData } from "./empty.js";
import { isNested, nestedData } from "./nested.js";

/** A typed array whose elements are those of the column, in order; flattened for fixed-size lists. */
export type ColumnValues =
  | Int8Array
  | Int16Array
  | Int32Array
  | BigInt64Array
  | Uint8Array
  | Uint16Array
  | Uint32Array
  | BigUint64Array
  | Float32Array
  | Float64Array;
/** A column: a typed array as it is (not copied), the same with a mask of valid rows, or any values with null for none. */
export type ColumnInput = ColumnValues | { readonly values: ColumnValues; readonly valid: (row: number) => boolean } | readonly unknown[];

/**
 * A record batch of `schema` from one column for each field. Typed arrays are taken as they are, without a copy.
 * Connectors build every batch with this. Rejects columns of unequal length and nulls in a field that is not nullable.
 *
 * @example
 * ```ts
 * const schema = schemaOf([timeField(), fieldOf("value", arrowType.float64())]);
 * batchOf(schema, { time: BigInt64Array.of(1n, 2n), value: Float64Array.of(0.5, 0.25) });
 * ```
 */
export function batchOf(schema: Schema, columns: { readonly [name: string]: ColumnInput }): RecordBatch {
  let length: number | undefined;
  const children = schema.fields.map((field) => {
    const input = columns[field.name];
    if (input === undefined) throw sondeError("contract", `no values for column '${field.name}'`, { rule: "schema" });
    const data = columnData(field.type, input);
    length ??= data.length;
    if (data.length !== length) {
      throw sondeError("contract", `column '${field.name}' has ${data.length} rows, '${schema.fields[0]?.name}' has ${length}`, {
        rule: "schema",
      });
    }
    if (!field.nullable && data.nullCount > 0) {
      throw sondeError("contract", `column '${field.name}' is not nullable but holds nulls`, { rule: "schema" });
    }
    return data;
  });
  return new RecordBatch(schema, makeData({ type: new Struct(schema.fields), length: length ?? 0, nullCount: 0, children }));
}

function columnData(type: DataType, input: ColumnInput): Data {
  if (ArrayBuffer.isView(input)) return flatData(type, input as ColumnValues, undefined);
  if ("valid" in input && ArrayBuffer.isView(input.values)) return flatData(type, input.values, input.valid);
  const values = input as readonly unknown[];
  if (DataType.isUtf8(type)) return textData(type, values, (value) => encoder.encode(String(value)));
  // Binary cells are bytes by the caller's word; a wrong one fails on its missing length.
  if (DataType.isBinary(type)) return textData(type, values, (value) => value as Uint8Array);
  if (DataType.isInt(type) || DataType.isFloat(type) || DataType.isTimestamp(type) || DataType.isDuration(type)) {
    // Arrow's own builder mixes bigints and numbers here and throws. Cells of the column's kind are the caller's word.
    const cells = new type.ArrayType(values.length) as ColumnValues;
    for (const [row, value] of values.entries()) if (value !== null) cells[row] = value as never;
    return flatData(type, cells, values.includes(null) ? (row) => values[row] !== null : undefined);
  }
  if (DataType.isBool(type)) {
    return flatData(
      type,
      Uint8Array.from(values, (value) => (value ? 1 : 0)),
      values.includes(null) ? (row) => values[row] !== null : undefined,
    );
  }
  if (isNested(type)) return nestedData(type, values, columnData);
  // An empty array has no chunk in Arrow's builder.
  if (values.length === 0) return emptyData(type);
  return vectorFromArray(values, type).data[0] as Data;
}

const encoder = new TextEncoder();

function flatData(type: DataType, values: ColumnValues, valid: ((row: number) => boolean) | undefined): Data {
  const stride = DataType.isFixedSizeList(type) ? type.listSize : DataType.isFixedSizeBinary(type) ? type.byteWidth : 1;
  const length = stride === 0 ? 0 : values.length / stride;
  const mask = valid && bitmap(length, valid);
  const nulls = mask === undefined ? { nullCount: 0 } : { nullCount: mask.nulls, nullBitmap: mask.bits };
  if (DataType.isFixedSizeList(type)) {
    const child = flatData(type.valueType, values, undefined);
    return makeData({ type, length, ...nulls, child });
  }
  if (DataType.isBool(type)) return makeData({ type, length, ...nulls, data: bitmap(length, (row) => Boolean(values[row])).bits });
  // The caller's array is of the type's element kind; Arrow has no common signature for that.
  return makeData({ type, length, ...nulls, data: values } as unknown as Parameters<typeof makeData>[0]);
}

/** Least significant bit first, 1 is valid. */
function bitmap(length: number, test: (row: number) => boolean): { bits: Uint8Array; nulls: number } {
  // Arrow wants the bitmap padded to 8 bytes.
  const bits = new Uint8Array(((length + 63) >> 6) << 3);
  let nulls = 0;
  for (let row = 0; row < length; row++) {
    if (test(row)) bits[row >> 3] = (bits[row >> 3] ?? 0) | (1 << (row & 7));
    else nulls++;
  }
  return { bits, nulls };
}

function textData(type: DataType, values: readonly unknown[], encode: (value: unknown) => Uint8Array): Data {
  const cells = values.map((value) => (value === null || value === undefined ? undefined : encode(value)));
  const valueOffsets = new Int32Array(cells.length + 1);
  let total = 0;
  for (const [row, cell] of cells.entries()) valueOffsets[row + 1] = total += cell?.byteLength ?? 0;
  if (total > 0x7fff_ffff) {
    throw sondeError("limit", "a batch of text holds more than 2 GiB: yield smaller batches", {
      what: "bytes",
      asked: total,
      allowed: 0x7fff_ffff,
    });
  }
  const data = new Uint8Array(total);
  for (const [row, cell] of cells.entries()) if (cell) data.set(cell, valueOffsets[row]);
  const mask = cells.includes(undefined) ? bitmap(cells.length, (row) => cells[row] !== undefined) : undefined;
  // As above: the union of Arrow's argument types can't be narrowed by a run-time type.
  return makeData({
    type,
    length: cells.length,
    nullCount: mask?.nulls ?? 0,
    ...(mask ? { nullBitmap: mask.bits } : {}),
    valueOffsets,
    data,
  } as unknown as Parameters<typeof makeData>[0]);
}
