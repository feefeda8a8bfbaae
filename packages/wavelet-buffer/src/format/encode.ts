import type { Subband } from "../buffer/subband.js";
import type { WaveletBuffer } from "../buffer/wavelet-buffer.js";
import { encodeValues } from "../codec/fpzip.js";
import { encodeIndices } from "../codec/stream-vbyte.js";
import { refused } from "../errors.js";
import { writeByteVector, writeMatrix } from "./archive.js";
import { writeHeader } from "./header.js";
import { Writer } from "./writer.js";

export interface EncodeOptions {
  /**
   * 0, the default: coefficients as they are. 1: compressed without loss. Above that each coefficient keeps `33 - level` bits, sign and
   * exponent included; at most 31.
   */
  readonly level?: number;
}

/**
 * Writes a buffer in version 3, byte for byte as the reference does. A buffer without values is written at level 0.
 * Throws `options` for a level that is none.
 */
export function encode(buffer: WaveletBuffer, { level = 0 }: EncodeOptions = {}): Uint8Array {
  if (!Number.isInteger(level) || level < 0 || level > 31) throw refused("level", `is ${level}, it goes from 0 to 31`);
  const compressed = buffer.subbands.every((signal) => signal.every(({ rows, columns }) => rows * columns > 0));
  const used = compressed ? level : 0;
  const writer = new Writer();
  writeHeader(writer, { version: 3, level: used, parameters: buffer.parameters });
  for (const signal of buffer.subbands) {
    for (const subband of signal) {
      if (used === 0) writeMatrix(writer, subband.rows, subband.columns, subband.data);
      else writeSparse(writer, subband, 33 - used);
    }
  }
  return writer.finish().slice();
}

function writeSparse(writer: Writer, { rows, columns, data }: Subband, precision: number): void {
  const indices = nonzero(data);
  writer.u64(indices.length);
  writer.u64(rows);
  writer.u64(columns);
  writeByteVector(writer, encodeIndices(indices));
  writeByteVector(writer, encodeValues(data, indices, precision));
}

function nonzero(data: Float32Array): Uint32Array {
  const indices = new Uint32Array(data.length);
  let count = 0;
  for (let k = 0; k < data.length; k++) {
    if (data[k] !== 0) indices[count++] = k;
  }
  return indices.subarray(0, count);
}
