import { type Data, DataType, type RecordBatch } from "apache-arrow";

/** The bytes that the rows of a batch take, of a slice those of the slice only: for budgets and progress. Cost: one step a column. */
export function byteLengthOf(batch: RecordBatch): number {
  return batch.data.children.reduce((total, data) => total + bytesOf(data, 0, data.length), 0);
}

/** Of the rows `from` up to `to` (exclusive) of a column. */
function bytesOf(data: Data, from: number, to: number): number {
  const { type } = data;
  const rows = to - from;
  const validity = data.nullCount > 0 ? (rows + 7) >> 3 : 0;
  if (DataType.isNull(type) || rows === 0) return 0;
  if (DataType.isBool(type)) return validity + ((rows + 7) >> 3);
  if (DataType.isDictionary(type)) return validity + rows * data.values.BYTES_PER_ELEMENT;
  if (DataType.isStruct(type)) return data.children.reduce((total, child) => total + bytesOf(child, from, to), validity);
  if (DataType.isFixedSizeList(type)) {
    return data.children.reduce((total, child) => total + bytesOf(child, from * type.listSize, to * type.listSize), validity);
  }
  const offsets = data.valueOffsets;
  if (offsets) {
    const [start, end] = [Number(offsets[from] ?? 0), Number(offsets[to] ?? 0)];
    const inner = data.children.length > 0 ? data.children.reduce((total, child) => total + bytesOf(child, start, end), 0) : end - start;
    return validity + (rows + 1) * offsets.BYTES_PER_ELEMENT + inner;
  }
  return validity + rows * data.stride * data.values.BYTES_PER_ELEMENT;
}
