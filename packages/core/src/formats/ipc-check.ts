import { type Data, DataType, type Field, type RecordBatch } from "apache-arrow";
import { sondeError } from "../errors.js";
import { childFields } from "../table/empty.js";
import { damaged } from "./ipc-flatbuffer.js";

/** That no two columns, nor two fields of one struct, share a name: by which all else finds them. */
export function checkNames(fields: readonly Field[]): void {
  const seen = new Set<string>();
  for (const { name, type } of fields) {
    if (seen.has(name)) {
      throw sondeError("unsupported", `Arrow IPC data with two columns called '${name}' is not read: rename one`, {
        what: "duplicate names",
      });
    }
    seen.add(name);
    checkNames(childFields(type));
  }
}

/** That every column holds what it claims, so that no reader afterwards runs past a buffer: cost, one step a list or text. */
export function checkBatchData(batch: RecordBatch): void {
  for (const [index, field] of batch.schema.fields.entries()) {
    const data = batch.data.children[index];
    if (data === undefined) throw damaged(`column '${field.name}' is missing`);
    checkData(data, batch.numRows, field.name);
  }
}

function checkData(data: Data, rows: number, name: string): void {
  const { type, length } = data;
  if (length < rows) throw damaged(`column '${name}' has ${length} rows of ${rows}`);
  if (data.nullCount > 0 && !DataType.isNull(type) && (data.nullBitmap?.length ?? 0) * 8 < data.offset + length) {
    throw damaged(`column '${name}' lacks the bits that say what is null`);
  }
  if (DataType.isNull(type)) return;
  if (DataType.isDictionary(type)) {
    checkDictionary(data, name);
    return;
  }
  const fields = childFields(type);
  const offsets = data.valueOffsets;
  if (offsets) {
    const last = checkOffsets(offsets, length, name);
    if (fields.length === 0 && last > data.values.length) throw damaged(`column '${name}' has ${data.values.length} bytes of ${last}`);
    for (const [index, field] of fields.entries()) checkData(child(data, index, name), last, `${name}.${field.name}`);
    return;
  }
  if (fields.length > 0) {
    const inner = DataType.isFixedSizeList(type) ? length * type.listSize : length;
    for (const [index, field] of fields.entries()) checkData(child(data, index, name), inner, `${name}.${field.name}`);
    return;
  }
  const needed = DataType.isBool(type) ? (data.offset + length + 7) >> 3 : length * data.stride;
  if ((data.values?.length ?? 0) < needed) throw damaged(`column '${name}' has ${data.values?.length ?? 0} values of ${needed}`);
}

function child(data: Data, index: number, name: string): Data {
  const found = data.children[index];
  if (found === undefined) throw damaged(`column '${name}' lacks what it holds`);
  return found;
}

/** Where the last of `length` cells ends. Arrow writes no offsets for no cells. */
function checkOffsets(offsets: Int32Array | BigInt64Array, length: number, name: string): number {
  if (length === 0) return 0;
  if (offsets.length <= length) throw damaged(`column '${name}' has ${offsets.length} offsets of ${length + 1}`);
  let before = Number(offsets[0]);
  if (before < 0) throw damaged(`column '${name}' begins before its data`);
  for (let row = 1; row <= length; row++) {
    const end = Number(offsets[row]);
    if (end < before) throw damaged(`column '${name}' has offsets that go back at row ${row - 1}`);
    before = end;
  }
  return before;
}

function checkDictionary(data: Data, name: string): void {
  const size = data.dictionary?.length ?? 0;
  if (data.values.length < data.length) throw damaged(`column '${name}' has ${data.values.length} values of ${data.length}`);
  for (const part of data.dictionary?.data ?? []) checkData(part, part.length, name);
  for (let row = 0; row < data.length; row++) {
    const index = Number(data.values[row]);
    if ((index < 0 || index >= size) && data.getValid(row)) throw damaged(`column '${name}' names entry ${index} of ${size} at row ${row}`);
  }
}
