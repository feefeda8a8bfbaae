/**
 * Where in the file the bytes of a dataset lie, for reading them without HDF5. Whatever is unusual is answered with undefined:
 * HDF5 then reads the dataset, and says what is wrong with it.
 *
 * Source: HDF5 File Format Specification 3.0, IV.A.2.i (data layout message, versions 3 and 4).
 */

import { isUndefinedAddress, unsigned } from "./object-header.js";

/** @import { HeaderFacts, Superblock } from "./object-header.js" */

/**
 * @typedef {{ kind: "contiguous", address: number, bytes: number }} Contiguous `address` in the file, base included
 * @typedef {{ kind: "chunked", root: number, sides: number[], valueBytes: number }} Chunked `root` of a version 1 B-tree, relative to the base
 * @typedef {Contiguous | Chunked} Storage
 */

const classes = { contiguous: 1, chunked: 2 };

/** @param {HeaderFacts} facts @param {Superblock} superblock @param {number} fileBytes @returns {Storage | undefined} */
export function storageOf({ layouts, external }, superblock, fileBytes) {
  const [body, second] = layouts;
  if (external || body === undefined || second !== undefined) return undefined;
  const version = body[0];
  const { base, offsetBytes, lengthBytes } = superblock;
  if (body[1] === classes.contiguous && (version === 3 || version === 4)) {
    if (isUndefinedAddress(body, 2, offsetBytes)) return undefined;
    const address = unsigned(body, 2, offsetBytes);
    const bytes = unsigned(body, 2 + offsetBytes, lengthBytes);
    return isInside(superblock, fileBytes, address, bytes) ? { kind: "contiguous", address: base + address, bytes } : undefined;
  }
  // The indexes of version 4 are left to HDF5.
  if (body[1] !== classes.chunked || version !== 3 || isUndefinedAddress(body, 3, offsetBytes)) return undefined;
  const rank = (body[2] ?? 0) - 1;
  if (rank < 1 || rank > 32) return undefined;
  const sidesAt = 3 + offsetBytes;
  const sides = Array.from({ length: rank }, (_, k) => unsigned(body, sidesAt + 4 * k, 4));
  const valueBytes = unsigned(body, sidesAt + 4 * rank, 4);
  if (sides.includes(0) || valueBytes === 0) return undefined;
  return { kind: "chunked", root: unsigned(body, 3, offsetBytes), sides, valueBytes };
}

/**
 * Whether bytes lie in the file, and in the part of it that the superblock says is used: HDF5 reads nothing beyond.
 *
 * @param {Superblock} superblock @param {number} fileBytes @param {number} address relative to the base @param {number} bytes
 */
export function isInside({ base, endOfFile }, fileBytes, address, bytes) {
  return address + bytes <= endOfFile && base + address + bytes <= fileBytes;
}
