import { type SubbandShape, sidesOf, subbandShapes } from "../buffer/geometry.js";
import { SubbandBuffer } from "../buffer/subband-buffer.js";
import type { WaveletBuffer } from "../buffer/wavelet-buffer.js";
import { sfHeader } from "../codec/sf-stream.js";
import { checkLimit, type DecodeOptions, limitsOf, ownedBytes } from "../limits.js";
import { byteVectorHeaderBytes, matrixHeaderBytes, readByteVector, readMatrix, readObjects } from "./archive.js";
import { Cursor } from "./cursor.js";
import { type Header, readHeader } from "./header.js";
import { StoredSubband } from "./stored-subband.js";

/**
 * Reads a WaveletBuffer of version 2 or 3. Its structure is checked to the last byte; coefficients are decoded when they are asked for, so
 * that a coarse composition costs little. The bytes are kept and must not change.
 *
 * Throws `format` with the offset of the damage, `unsupported` for another version, `limit` for more than `limits` allow.
 *
 * @example
 * ```ts
 * import { decode } from "@sonde/wavelet-buffer";
 * const { shape, data } = decode(bytes).compose({ scale: 7 });
 * ```
 */
export function decode(bytes: Uint8Array, options?: DecodeOptions): WaveletBuffer {
  const limits = limitsOf(options);
  const cursor = new Cursor(ownedBytes(bytes, limits), "WaveletBuffer");
  const header = readHeader(cursor);
  const { signalNumber } = header.parameters;
  const { rows, columns } = sidesOf(header.parameters);
  const each = rows.padded * columns.padded;
  checkLimit("values of subbands", each * signalNumber, limits.maxValues, "maxValues");
  const shapes = subbandShapes(header.parameters);
  const least = header.level === 0 ? matrixHeaderBytes : byteVectorHeaderBytes;
  if (signalNumber * shapes.length * least > cursor.left) {
    throw cursor.malformed(`${signalNumber * shapes.length} subbands are declared, ${cursor.left} bytes are left`);
  }
  const nested = header.version === 2 && header.level === 0;
  if (nested) readObjects(cursor, signalNumber);
  const subbands: StoredSubband[][] = [];
  for (let signal = 0; signal < signalNumber; signal++) {
    const { position } = cursor;
    if (nested) readObjects(cursor, shapes.length);
    const bands = shapes.map((shape) => readSubband(cursor, header, shape));
    const empty = bands.filter((band) => band.rows * band.columns === 0).length;
    if (empty > 0 && empty < bands.length) throw cursor.malformed(`signal ${signal} has ${empty} subbands without values`, position);
    subbands.push(bands);
  }
  if (cursor.left > 0) throw cursor.malformed(`${cursor.left} bytes after the last subband`);
  return new SubbandBuffer(header.parameters, subbands, header);
}

function readSubband(cursor: Cursor, header: Header, shape: SubbandShape): StoredSubband {
  const { position } = cursor;
  if (header.level === 0) {
    const { rows, columns, start } = readMatrix(cursor);
    return subband(rows, columns, { kind: "floats", start });
  }
  if (header.version === 2) {
    const stream = readByteVector(cursor);
    const found = sfHeader(cursor.bytes.subarray(stream.start, stream.start + stream.length));
    if (found === undefined) throw cursor.malformed("no SF stream", stream.start);
    return subband(found.rows, found.columns, { kind: "sf", stream });
  }
  const [nonzero, rows, columns] = [cursor.u64(), cursor.u64(), cursor.u64()];
  if (nonzero > rows * columns) throw cursor.malformed(`${nonzero} values in a subband of ${rows} by ${columns}`, position);
  const indices = readByteVector(cursor);
  if (nonzero > indices.length) throw cursor.malformed(`${nonzero} indices in ${indices.length} bytes`, indices.start);
  return subband(rows, columns, { kind: "sparse", nonzero, precision: 33 - header.level, indices, values: readByteVector(cursor) });

  function subband(rows: number, columns: number, stored: ConstructorParameters<typeof StoredSubband>[2]) {
    const expected = rows === shape.rows && columns === shape.columns;
    if (!expected && (rows !== 0 || columns !== 0)) {
      throw cursor.malformed(`a subband of ${rows} by ${columns} where ${shape.rows} by ${shape.columns} is due`, position);
    }
    return new StoredSubband(cursor.bytes, { ...shape, rows, columns }, stored, cursor.position - position);
  }
}
