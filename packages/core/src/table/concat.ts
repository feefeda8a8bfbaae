import { Data, DataType, makeData, type RecordBatch } from "apache-arrow";
import { sondeError } from "../errors.js";
import { batchOfData, bitAt, emptyBits, setBit } from "./take.js";

/** One batch of the rows of all, copied; the schema is the first one's. A single batch comes back as it is. */
export function concatBatches(batches: readonly [RecordBatch, ...RecordBatch[]]): RecordBatch {
  const [first] = batches;
  if (batches.length === 1) return first;
  const children = first.schema.fields.map((field, index) =>
    // Every batch has the columns of the first.
    concatData(
      field.type,
      batches.map((batch) => batch.data.children[index] as Data),
    ),
  );
  return batchOfData(
    first.schema,
    children,
    batches.reduce((total, batch) => total + batch.numRows, 0),
  );
}

/** One column of the cells of all parts, copied; there is at least one. */
export function concatData(type: DataType, parts: readonly Data[]): Data {
  const length = parts.reduce((total, part) => total + part.length, 0);
  const nulls = parts.reduce((total, part) => total + part.nullCount, 0);
  const bits = nulls === 0 ? undefined : concatBits(length, parts, (part, row) => part.getValid(row));
  // Arrow's order of buffers: offsets, values, validity.
  const made = (offsets: unknown, values: unknown, children: Data[] = []) =>
    new Data(type, 0, length, nulls, [offsets, values, bits] as unknown as Data["buffers"], children);

  if (DataType.isNull(type)) return makeData({ type, length });
  if (DataType.isBool(type)) {
    return made(
      undefined,
      concatBits(length, parts, (part, row) => bitAt(part.values, part.offset + row)),
    );
  }
  if (DataType.isStruct(type)) return made(undefined, undefined, concatChildren(type, parts));
  if (DataType.isFixedSizeList(type)) {
    const lists = parts.map((part) => part.length * type.listSize);
    return made(
      undefined,
      undefined,
      concatChildren(
        type,
        parts,
        parts.map((_, index) => [0, lists[index] ?? 0]),
      ),
    );
  }
  if (parts[0]?.valueOffsets) return concatVariable(type, parts, length, made);
  // There is at least one part.
  const { stride } = parts[0] as Data;
  const values = new (parts[0] as Data).values.constructor(length * stride);
  let at = 0;
  for (const part of parts) {
    values.set(part.values.subarray(0, part.length * stride), at);
    at += part.length * stride;
  }
  return made(undefined, values);
}

function concatVariable(
  type: DataType,
  parts: readonly Data[],
  length: number,
  made: (offsets: unknown, values: unknown, children?: Data[]) => Data,
): Data {
  const large = DataType.isLargeUtf8(type) || DataType.isLargeBinary(type);
  const spans = parts.map((part): [number, number] => [Number(part.valueOffsets[0] ?? 0), Number(part.valueOffsets[part.length] ?? 0)]);
  const total = spans.reduce((sum, [from, to]) => sum + to - from, 0);
  if (!large && total > 0x7fff_ffff) {
    throw sondeError("limit", "joined batches hold more than 2 GiB of one column: ask for fewer rows at a time", {
      what: "bytes",
      asked: total,
      allowed: 0x7fff_ffff,
    });
  }
  const offsets = large ? new BigInt64Array(length + 1) : new Int32Array(length + 1);
  let row = 0;
  let base = 0;
  for (const [index, part] of parts.entries()) {
    const [from, to] = spans[index] as [number, number];
    for (let k = 1; k <= part.length; k++) {
      const end = base + Number(part.valueOffsets[k]) - from;
      row++;
      if (offsets instanceof BigInt64Array) offsets[row] = BigInt(end);
      else offsets[row] = end;
    }
    base += to - from;
  }
  if (parts[0]?.children.length) return made(offsets, undefined, concatChildren(type, parts, spans));
  const bytes = new Uint8Array(total);
  let at = 0;
  for (const [index, part] of parts.entries()) {
    const [from, to] = spans[index] as [number, number];
    bytes.set(part.values.subarray(from, to), at);
    at += to - from;
  }
  return made(offsets, bytes);
}

/** The children of all parts, of each the rows of its span where one is given. */
function concatChildren(type: DataType, parts: readonly Data[], spans?: readonly (readonly [number, number])[]): Data[] {
  return type.children.map((field: { type: DataType }, index: number) =>
    concatData(
      field.type,
      parts.map((part, k) => {
        // All parts are of one type.
        const child = part.children[index] as Data;
        const span = spans?.[k] ?? [0, part.length];
        return span[0] === 0 && span[1] === child.length ? child : child.slice(span[0], span[1] - span[0]);
      }),
    ),
  );
}

function concatBits(length: number, parts: readonly Data[], test: (part: Data, row: number) => boolean): Uint8Array {
  const bits = emptyBits(length);
  let at = 0;
  for (const part of parts) for (let row = 0; row < part.length; row++, at++) if (test(part, row)) setBit(bits, at);
  return bits;
}
