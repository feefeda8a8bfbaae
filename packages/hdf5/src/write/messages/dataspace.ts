import { Encoder, undefinedAddress } from "../encoder.js";

/** Position of the first dimension's size in the body. */
export const firstDimension = 8;

/** Version 1, with the greatest sizes where they are given (null: unlimited). HDF5 File Format Specification 3.0, IV.A.2.b. */
export function encodeDataspace(shape: readonly number[], maxShape?: readonly (number | null)[]): Uint8Array {
  const body = new Encoder()
    .u8(1)
    .u8(shape.length)
    .u8(maxShape === undefined ? 0 : 1)
    .zeros(5);
  for (const side of shape) body.u64(side);
  for (const side of maxShape ?? []) body.u64(side ?? undefinedAddress);
  return body.finish();
}

/** A dataspace without elements, which only version 2 knows. */
export const nullDataspace = (): Uint8Array => Uint8Array.of(2, 0, 0, 2);
