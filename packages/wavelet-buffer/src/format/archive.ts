/**
 * Primitives of Blaze's serialisation: each begins with a version, its type and the type and size of its elements.
 *
 * @module
 */
import type { Cursor } from "./cursor.js";
import type { Writer } from "./writer.js";

export const matrixHeaderBytes = 28;
export const byteVectorHeaderBytes = 20;

/** A dense matrix of floats, row-major: `start` is where its values are, 4 bytes each. */
export function readMatrix(cursor: Cursor): { readonly rows: number; readonly columns: number; readonly start: number } {
  const { position } = cursor;
  const [version, type, element, size] = [cursor.u8(), cursor.u8(), cursor.u8(), cursor.u8()];
  if (version !== 1 || type !== 1 || element !== 3 || size !== 4) throw cursor.malformed("no dense row-major matrix of floats", position);
  const rows = cursor.u64();
  const columns = cursor.u64();
  const count = cursor.u64();
  if (rows * columns !== count) throw cursor.malformed(`a matrix of ${rows} by ${columns} with ${count} values`, position);
  return { rows, columns, start: cursor.skip(4 * count) };
}

/** A dense vector of bytes. */
export function readByteVector(cursor: Cursor): { readonly start: number; readonly length: number } {
  const { position } = cursor;
  const [version, type, element, size] = [cursor.u8(), cursor.u8(), cursor.u8(), cursor.u8()];
  if (version !== 1 || type !== 0 || element !== 2 || size !== 1) throw cursor.malformed("no vector of bytes", position);
  const length = cursor.u64();
  if (cursor.u64() !== length) throw cursor.malformed("a vector whose two lengths differ", position);
  return { start: cursor.skip(length), length };
}

/** The head of a vector of objects; the size of an object in the writer's memory means nothing. */
export function readObjects(cursor: Cursor, expected: number): void {
  const { position } = cursor;
  const [version, type, element] = [cursor.u8(), cursor.u8(), cursor.u8()];
  cursor.u8();
  if (version !== 1 || type !== 0 || element !== 0) throw cursor.malformed("no vector of objects", position);
  const length = cursor.u64();
  if (length !== expected || cursor.u64() !== length)
    throw cursor.malformed(`a vector of ${length} objects where ${expected} are due`, position);
}

export function writeMatrix(writer: Writer, rows: number, columns: number, data: Float32Array): void {
  writer.write(Uint8Array.of(1, 1, 3, 4));
  writer.u64(rows);
  writer.u64(columns);
  writer.u64(rows * columns);
  writer.write(littleEndianBytes(data));
}

export function writeByteVector(writer: Writer, bytes: Uint8Array): void {
  writer.write(Uint8Array.of(1, 0, 2, 1));
  writer.u64(bytes.length);
  writer.u64(bytes.length);
  writer.write(bytes);
}

const littleEndian = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1;

/** A copy of `count` floats from `start`. */
export function floatsAt(bytes: Uint8Array, start: number, count: number): Float32Array {
  const data = new Float32Array(count);
  new Uint8Array(data.buffer).set(bytes.subarray(start, start + 4 * count));
  if (!littleEndian) swap(data);
  return data;
}

function littleEndianBytes(data: Float32Array): Uint8Array {
  if (littleEndian) return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  const copy = data.slice();
  swap(copy);
  return new Uint8Array(copy.buffer);
}

function swap(data: Float32Array): void {
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  for (let k = 0; k < data.length; k++) view.setUint32(4 * k, view.getUint32(4 * k, true), false);
}
