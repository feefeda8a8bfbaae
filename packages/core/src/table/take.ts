import { Data, DataType, makeData, RecordBatch, type Schema, Struct } from "apache-arrow";
import { childFields, emptyData } from "./empty.js";

/** Row numbers; -1 stands for a row that is not there, and gives null. */
export type RowNumbers = Int32Array;

/** The named rows of a batch, in the order given. */
export function takeRows(batch: RecordBatch, rows: RowNumbers): RecordBatch {
  return batchOfData(
    batch.schema,
    batch.data.children.map((data) => takeData(data, rows)),
    rows.length,
  );
}

/** A batch over columns of Arrow's own, which are of the schema's types by the caller's word. */
export function batchOfData(schema: Schema, children: Data[], length: number): RecordBatch {
  return new RecordBatch(schema, makeData({ type: new Struct(schema.fields), length, nullCount: 0, children }));
}

/** The named cells of a column, copied. Rows that are not there are null, or zero where the column may not hold nulls. */
export function takeData(data: Data, rows: RowNumbers, nullable = true): Data {
  const { type } = data;
  const { bits, nulls } = takeValidity(data, rows, nullable);
  const length = rows.length;
  // Arrow's order of buffers: offsets, values, validity.
  const made = (offsets: unknown, values: unknown, children: Data[] = []) =>
    new Data(type, 0, length, nulls, [offsets, values, bits] as unknown as Data["buffers"], children);

  if (DataType.isNull(type)) return makeData({ type, length });
  if (DataType.isBool(type)) return made(undefined, takeBits(data, rows));
  if (DataType.isStruct(type)) {
    return made(
      undefined,
      undefined,
      data.children.map((child, index) => takeData(child, rows, childFields(type)[index]?.nullable)),
    );
  }
  if (DataType.isFixedSizeList(type)) {
    const inner = new Int32Array(length * type.listSize).fill(-1);
    for (const [row, from] of rows.entries()) {
      if (from >= 0) for (let index = 0; index < type.listSize; index++) inner[row * type.listSize + index] = from * type.listSize + index;
    }
    // A list has one child.
    return made(undefined, undefined, [takeData(data.children[0] as Data, inner, childFields(type)[0]?.nullable)]);
  }
  if (data.valueOffsets) return takeVariable(data, rows, made);
  return made(undefined, takeFixed(data, rows));
}

/** A column of nulls. */
export function nullData(type: DataType, length: number): Data {
  return takeData(emptyData(type), new Int32Array(length).fill(-1));
}

function takeFixed(data: Data, rows: RowNumbers): unknown {
  const source = data.values;
  const { stride } = data;
  const values = new source.constructor(rows.length * stride);
  if (stride === 1) {
    for (let row = 0; row < rows.length; row++) {
      // In bounds by the loop.
      const from = rows[row] as number;
      if (from >= 0) values[row] = source[from];
    }
  } else {
    for (const [row, from] of rows.entries()) {
      if (from >= 0) values.set(source.subarray(from * stride, (from + 1) * stride), row * stride);
    }
  }
  return values;
}

function takeVariable(data: Data, rows: RowNumbers, made: (offsets: unknown, values: unknown, children?: Data[]) => Data): Data {
  const from = data.valueOffsets;
  const large = DataType.isLargeUtf8(data.type) || DataType.isLargeBinary(data.type);
  const lengths = Array.from(rows, (row) => (row < 0 || !data.getValid(row) ? 0 : Number(from[row + 1]) - Number(from[row])));
  const offsets = new Int32Array(rows.length + 1);
  for (const [row, length] of lengths.entries()) offsets[row + 1] = (offsets[row] ?? 0) + length;
  const total = offsets[rows.length] ?? 0;
  const written = large ? BigInt64Array.from(offsets, BigInt) : offsets;
  const [child] = data.children;
  if (child) {
    const inner = new Int32Array(total);
    for (const [row, start] of rows.entries()) {
      for (let index = 0; index < (lengths[row] ?? 0); index++) inner[(offsets[row] ?? 0) + index] = Number(from[start]) + index;
    }
    return made(written, undefined, [takeData(child, inner)]);
  }
  const bytes = new Uint8Array(total);
  for (const [row, start] of rows.entries()) {
    const length = lengths[row] ?? 0;
    if (length > 0) bytes.set(data.values.subarray(Number(from[start]), Number(from[start]) + length), offsets[row]);
  }
  return made(written, bytes);
}

function takeValidity(data: Data, rows: RowNumbers, nullable: boolean): { bits: Uint8Array | undefined; nulls: number } {
  if (data.nullCount === 0 && (!nullable || !rows.includes(-1))) return { bits: undefined, nulls: 0 };
  const bits = emptyBits(rows.length);
  let nulls = 0;
  for (let row = 0; row < rows.length; row++) {
    const from = rows[row] as number;
    if (from >= 0 ? data.getValid(from) : !nullable) setBit(bits, row);
    else nulls++;
  }
  return { bits, nulls };
}

function takeBits(data: Data, rows: RowNumbers): Uint8Array {
  const bits = emptyBits(rows.length);
  for (const [row, from] of rows.entries()) if (from >= 0 && bitAt(data.values, data.offset + from)) setBit(bits, row);
  return bits;
}

/** Clear bits for `length` rows, padded to 8 bytes as Arrow wants. */
export function emptyBits(length: number): Uint8Array<ArrayBuffer> {
  return new Uint8Array(((length + 63) >> 6) << 3);
}

export function setBit(bits: Uint8Array, index: number): void {
  bits[index >> 3] = (bits[index >> 3] ?? 0) | (1 << (index & 7));
}

export function bitAt(bits: Uint8Array, index: number): boolean {
  return ((bits[index >> 3] ?? 0) & (1 << (index & 7))) !== 0;
}
