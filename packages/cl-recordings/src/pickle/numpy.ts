import { type Complex, type NdArray, ndArrayFromBytes } from "@sonde/msgpack-numpy";
import { itemSize } from "./globals.js";
import type { NumpyDtype, NumpyNumbers } from "./node.js";

/** A NumPy scalar of a number or text type, little or big endian: a number, or a big integer where that is needed to be exact. */
export function numpyScalar(typestr: string, bytes: Uint8Array): number | bigint | boolean | string | Complex {
  // Types of numbers and text have no other elements.
  const value = ndArrayFromBytes(bytes, typestr, []).get() as number | bigint | boolean | string | Complex;
  return typeof value === "bigint" && Number.isSafeInteger(Number(value)) ? Number(value) : value;
}

/** `bytes` in C order, the last dimension fastest. */
export function numpyArray(typestr: string, shape: readonly number[], bytes: Uint8Array): NdArray {
  return ndArrayFromBytes(bytes, typestr, shape);
}

/** As the array interface writes it: "<f8". */
export const typeString = (dtype: NumpyDtype): string => dtype.order + dtype.code;

/** An array's bytes in C order, whatever order they were pickled in. */
export function inRowOrder({ dtype, shape, fortran, bytes }: NumpyNumbers): Uint8Array {
  if (!fortran || shape.length < 2) return bytes;
  const size = itemSize(dtype);
  const result = new Uint8Array(bytes.length);
  const index = new Array<number>(shape.length).fill(0);
  for (let to = 0; to < bytes.length; to += size) {
    let from = 0;
    // The first dimension is the fastest in the source.
    for (let axis = shape.length - 1; axis >= 0; axis--) from = from * (shape[axis] ?? 1) + (index[axis] ?? 0);
    result.set(bytes.subarray(from * size, (from + 1) * size), to);
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      const next = (index[axis] ?? 0) + 1;
      index[axis] = next < (shape[axis] ?? 1) ? next : 0;
      if (index[axis] !== 0) break;
    }
  }
  return result;
}
