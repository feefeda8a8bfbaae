import { Encoder, undefinedAddress } from "../encoder.js";

/** Position of a chunk index's address in the body of a chunked layout. */
export const indexAddress = 3;

/** Version 3. HDF5 File Format Specification 3.0, IV.A.2.i. An index without an address has no chunk. */
export function encodeChunkedLayout(index: number | undefined, chunks: readonly number[], elementSize: number): Uint8Array {
  const body = new Encoder()
    .u8(3)
    .u8(2)
    .u8(chunks.length + 1)
    .u64(index ?? undefinedAddress);
  for (const side of chunks) body.u32(side);
  return body.u32(elementSize).finish();
}

export function encodeContiguousLayout(address: number | undefined, size: number): Uint8Array {
  return new Encoder()
    .u8(3)
    .u8(1)
    .u64(address ?? undefinedAddress)
    .u64(size)
    .finish();
}
