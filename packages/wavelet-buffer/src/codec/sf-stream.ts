/**
 * SF streams, the compressed matrices of version 2: the number of zeros before each value, its exponent as a step from the one before, its
 * sign and as many bits of its fraction as were kept.
 *
 * @module
 */
import { BitReader } from "./bit-reader.js";
import { PoolCode } from "./pool-code.js";

/** What an SF stream says before its values. */
export interface SfHeader {
  readonly rows: number;
  readonly columns: number;
}

/** Undefined where it is none. */
export function sfHeader(bytes: Uint8Array): SfHeader | undefined {
  return readHeader(new BitReader(bytes));
}

function readHeader(reader: BitReader): SfHeader | undefined {
  const version = reader.bits(2);
  const rowBased = reader.bits(1);
  const width = reader.choice(32);
  const [rows, columns] = [reader.bits(width), reader.bits(width)];
  return version === 0 && rowBased === 1 ? { rows, columns } : undefined;
}

/** Signs that occur. With none the matrix is zero, whatever follows: the reference's writer leaves bits of the matrix before. */
const [noSigns, positives, negatives] = [0, 1, 2];

/** Row-major; undefined where the stream is damaged. Memory is taken for `rows * columns` values, which the caller has bounded. */
export function decodeSfStream(bytes: Uint8Array): Float32Array | undefined {
  const reader = new BitReader(bytes);
  const header = readHeader(reader);
  if (header === undefined) return undefined;
  const size = header.rows * header.columns;
  const signs = reader.bits(2);
  if (signs === noSigns) return new Float32Array(size);
  const count = reader.choice((size + 1) % 2 ** 32);
  const fractionCode = reader.choice(16);
  const fractionBits = fractionCode + (fractionCode > 14 ? 8 : 7);
  const firstExponent = reader.choice(8);
  const firstZeros = count < size + 1 ? reader.choice(32) : 0;
  const exponents = PoolCode.read(reader, firstExponent, "exponents");
  const zeros = PoolCode.read(reader, firstZeros, "zeros");
  // Trailing zeros of the last byte may be left out, nothing more.
  if (exponents === undefined || zeros === undefined || count > size || count * fractionBits > reader.left + 8) return undefined;
  const data = new Float32Array(size);
  const words = new Int32Array(data.buffer);
  let exponent = 127;
  let index = -1;
  for (let k = 0; k < count; k++) {
    const skipped = zeros.number(reader);
    const step = exponents.number(reader);
    index += 1 + skipped;
    exponent = moved(exponent, step);
    if (skipped < 0 || step < 0 || index >= size || exponent < 0 || exponent > 255) return undefined;
    const negative = signs === positives ? 0 : signs === negatives ? 1 : reader.bits(1);
    const fraction = reader.bits(fractionBits);
    if (exponent > 0) words[index] = (negative << 31) | (exponent << 23) | (exponent === 255 ? 0 : fraction << (23 - fractionBits));
  }
  return reader.left >= -8 ? data : undefined;
}

/** Small steps are coded by turns up and down, as long as both are there to go; the others count from the farther end. */
function moved(exponent: number, step: number): number {
  const room = exponent < 128 ? exponent : 255 - exponent;
  if (step <= 2 * room) return step % 2 === 0 ? exponent + step / 2 : exponent - (step + 1) / 2;
  return exponent < 128 ? step : 255 - step;
}
