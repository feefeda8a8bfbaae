/** Bytes of a NumPy array → what JavaScript computes with. Bytes are in C order, elements one after the other. */

import type { ScalarType } from "./dtype.js";
import { byteString, wideString } from "./nd-text.js";

export type TypedArray =
  | Uint8Array
  | Int8Array
  | Uint16Array
  | Int16Array
  | Uint32Array
  | Int32Array
  | Float32Array
  | Float64Array
  | BigInt64Array
  | BigUint64Array;

const littleEndian = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1;

/** Half floats widen to Float32Array; complex ones are real and imaginary parts in turn; dates are counts of their unit. */
export function scalarData(type: ScalarType, bytes: Uint8Array): TypedArray | readonly string[] | readonly Uint8Array[] {
  switch (type.kind) {
    case "b":
      return bytes.map((byte) => (byte === 0 ? 0 : 1));
    case "S":
      return pieces(bytes, type.itemsize, byteString);
    case "U":
      return pieces(bytes, type.itemsize, (piece) => wideString(piece, type.bigEndian));
    case "V":
      return pieces(bytes, type.itemsize, (piece) => piece);
    default:
      return numbers(type, bytes);
  }
}

function numbers(type: ScalarType, bytes: Uint8Array): TypedArray {
  const part = type.kind === "c" ? type.itemsize / 2 : type.itemsize;
  const swap = part > 1 && type.bigEndian === littleEndian;
  const aligned = swap ? swapped(bytes, part) : bytes.byteOffset % part === 0 ? bytes : bytes.slice();
  const { buffer, byteOffset } = aligned;
  const length = aligned.length / part;
  const at = [buffer, byteOffset, length] as const;
  switch (`${type.kind}${part}`) {
    case "i1":
      return new Int8Array(...at);
    case "i2":
      return new Int16Array(...at);
    case "i4":
      return new Int32Array(...at);
    case "u1":
      return new Uint8Array(...at);
    case "u2":
      return new Uint16Array(...at);
    case "u4":
      return new Uint32Array(...at);
    case "u8":
      return new BigUint64Array(...at);
    case "f2":
      return Float32Array.from(new Uint16Array(...at), halfToNumber);
    case "f4":
    case "c4":
      return new Float32Array(...at);
    case "f8":
    case "c8":
      return new Float64Array(...at);
    default: // i8, M8, m8
      return new BigInt64Array(...at);
  }
}

function swapped(bytes: Uint8Array, width: number): Uint8Array {
  const result = new Uint8Array(bytes.length);
  for (let start = 0; start < bytes.length; start += width) {
    for (let k = 0; k < width; k++) result[start + k] = bytes[start + width - 1 - k] as number; // in bounds: a whole number of elements
  }
  return result;
}

/** IEEE 754 binary16. */
function halfToNumber(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

function pieces<T>(bytes: Uint8Array, itemsize: number, read: (piece: Uint8Array) => T): T[] {
  const result: T[] = [];
  for (let start = 0; start < bytes.length; start += itemsize) result.push(read(bytes.subarray(start, start + itemsize)));
  return result;
}
