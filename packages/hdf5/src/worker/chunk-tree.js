/**
 * The version 1 B-tree of a dataset's unfiltered chunks, read as far as some rows of chunks need it.
 *
 * Source: HDF5 File Format Specification 3.0, III.A.1 (version 1 B-trees, node type 1). A tree in which HDF5 could find another chunk than
 * this walk, or none, is given up whole: keys must ascend, and lie within those of the node above.
 */

import { isUndefinedAddress, unsigned } from "./object-header.js";
import { isInside } from "./storage.js";

/** @import { ReadAt, Superblock } from "./object-header.js" */

/**
 * @typedef {object} ChunkRequest
 * @property {number} root of the tree, relative to the base
 * @property {readonly number[]} shape of the dataset
 * @property {readonly number[]} sides of a chunk
 * @property {number} valueBytes
 * @property {number} first row of chunks
 * @property {number} end row of chunks, excluded
 *
 * @typedef {object} Walk
 * @property {ReadAt} readAt
 * @property {Superblock} superblock
 * @property {number} fileBytes
 * @property {ChunkRequest} request
 * @property {number[]} grid chunks in each dimension
 * @property {number} chunkBytes
 * @property {Float64Array} addresses
 * @property {Set<number>} seen
 *
 * @typedef {{ key: number[], bytes: number, filters: number, address: number }} Entry of a node: a child, or a chunk
 */

const maxLevel = 8;
const maxNodes = 65_536;
/** Of one answer, 8 bytes each. */
const maxCells = 1 << 20;
const maxHalfChildren = 4096;

/**
 * Where the chunks of the asked rows lie in the file, row-major; -1 for one that is missing or not as it should be.
 * Undefined for a tree that is not as it should be.
 *
 * @param {ReadAt} readAt @param {Superblock} superblock @param {number} fileBytes @param {ChunkRequest} request
 * @returns {Float64Array | undefined}
 */
export function chunkAddresses(readAt, superblock, fileBytes, request) {
  const { shape, sides, valueBytes, first, end, root } = request;
  const grid = shape.map((length, k) => Math.ceil(length / (sides[k] ?? 1)));
  const cells = grid.slice(1).reduce((product, length) => product * length, end - first);
  const chunkBytes = sides.reduce((product, side) => product * side, valueBytes);
  if (!(cells <= maxCells) || chunkBytes >= 2 ** 32 || superblock.halfChildren > maxHalfChildren) return undefined;
  const addresses = new Float64Array(cells).fill(-1);
  const walk = { readAt, superblock, fileBytes, request, grid, chunkBytes, addresses, seen: new Set() };
  return visit(walk, root, undefined, undefined, undefined) ? addresses : undefined;
}

/**
 * @param {Walk} walk @param {number} address @param {number | undefined} level undefined for the root
 * @param {number[] | undefined} low included @param {number[] | undefined} high excluded
 * @returns {boolean} false where the tree is damaged, or no such tree
 */
function visit(walk, address, level, low, high) {
  const { first, end, sides } = walk.request;
  if (walk.seen.has(address) || walk.seen.size >= maxNodes) return false;
  walk.seen.add(address);
  const node = readNode(walk, address);
  if (node === undefined || node.level > maxLevel || (level !== undefined && node.level !== level)) return false;
  const { entries, last } = node;
  // Only a tree without chunks has a node without children.
  if (entries.length === 0) return level === undefined && node.level === 0;
  const rowsOfChunk = sides[0] ?? 1;
  for (const [k, entry] of entries.entries()) {
    const next = entries[k + 1]?.key ?? last;
    if (order(entry.key, next) >= 0) return false;
    if ((low !== undefined && order(entry.key, low) < 0) || (high !== undefined && order(entry.key, high) >= 0)) return false;
    const from = (entry.key[0] ?? 0) / rowsOfChunk;
    const to = (next[0] ?? 0) / rowsOfChunk;
    if (from >= end || to < first) continue;
    if (node.level === 0) place(walk, entry);
    else {
      const upper = high !== undefined && order(high, next) < 0 ? high : next;
      if (!visit(walk, entry.address, node.level - 1, entry.key, upper)) return false;
    }
  }
  return true;
}

/** @param {Walk} walk @param {Entry} entry */
function place({ request, grid, chunkBytes, addresses, superblock, fileBytes }, { key, bytes, filters, address }) {
  const { first, end, sides } = request;
  let cell = 0;
  for (const [k, length] of grid.entries()) {
    const index = (key[k] ?? 0) / (sides[k] ?? 1);
    // A dataset that was made smaller may have chunks left outside.
    if (k === 0 ? index < first || index >= end : index >= length) return;
    cell = cell * (k === 0 ? 1 : length) + (k === 0 ? index - first : index);
  }
  if (key.at(-1) !== 0 || bytes !== chunkBytes || filters !== 0 || !isInside(superblock, fileBytes, address, chunkBytes)) return;
  addresses[cell] = superblock.base + address;
}

/** @param {Walk} walk @param {number} address @returns {{ level: number, entries: Entry[], last: number[] } | undefined} */
function readNode({ readAt, superblock, fileBytes, request }, address) {
  const { offsetBytes, halfChildren, base } = superblock;
  const { sides, valueBytes } = request;
  const keyBytes = 8 + 8 * (sides.length + 1);
  const headBytes = 8 + 2 * offsetBytes;
  const nodeBytes = headBytes + 2 * halfChildren * (keyBytes + offsetBytes) + keyBytes;
  if (!isInside(superblock, fileBytes, address, nodeBytes)) return undefined;
  const bytes = readAt(base + address, nodeBytes);
  const used = unsigned(bytes, 6, 2);
  const isTree = bytes[0] === 0x54 && bytes[1] === 0x52 && bytes[2] === 0x45 && bytes[3] === 0x45;
  if (!isTree || bytes[4] !== 1 || used > 2 * halfChildren) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  /** @param {number} at of the key @returns {number[] | undefined} offsets of the chunk, that in the value last */
  const keyAt = (at) => {
    const key = [];
    for (let k = 0; k <= sides.length; k++) {
      const offset = view.getUint32(at + 8 + 8 * k, true) + view.getUint32(at + 12 + 8 * k, true) * 2 ** 32;
      if (!Number.isSafeInteger(offset) || offset % (sides[k] ?? valueBytes) !== 0) return undefined;
      key.push(offset);
    }
    return key;
  };
  /** @type {Entry[]} */
  const entries = [];
  let at = headBytes;
  for (let k = 0; k < used; k++, at += keyBytes + offsetBytes) {
    const key = keyAt(at);
    if (key === undefined || isUndefinedAddress(bytes, at + keyBytes, offsetBytes)) return undefined;
    const child = unsigned(bytes, at + keyBytes, offsetBytes);
    entries.push({ key, bytes: view.getUint32(at, true), filters: view.getUint32(at + 4, true), address: child });
  }
  const last = keyAt(at);
  return last === undefined ? undefined : { level: bytes[5] ?? 0, entries, last };
}

/** Row-major. @param {readonly number[]} a @param {readonly number[]} b */
function order(a, b) {
  for (const [k, value] of a.entries()) {
    const difference = value - (b[k] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
