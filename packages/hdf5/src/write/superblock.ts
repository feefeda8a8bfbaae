import { Encoder, encodeU64, undefinedAddress } from "./encoder.js";
import type { Patch } from "./file-space.js";
import { groupInternalK, groupLeafK, symbolTableEntry } from "./group-table.js";

/** Bytes of a version 0 superblock with 8-byte addresses. */
export const superblockSize = 96;

/** Position of the end-of-file address in it. */
const endOfFile = 40;

/** Version 0, as PyTables has it: HDF5 File Format Specification 3.0, II.A. */
export function superblock(rootHeader: number, end: number): Patch {
  const bytes = new Encoder()
    .bytes(Uint8Array.of(0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a))
    .zeros(5)
    .u8(8)
    .u8(8)
    .u8(0)
    .u16(groupLeafK)
    .u16(groupInternalK)
    .u32(0)
    .u64(0)
    .u64(undefinedAddress)
    .u64(end)
    .u64(undefinedAddress);
  symbolTableEntry(bytes, 0, rootHeader);
  return { position: 0, bytes: bytes.finish() };
}

export const endOfFileAddress = (end: number): Patch => ({ position: endOfFile, bytes: encodeU64(end) });
