import { Encoder, undefinedAddress } from "./encoder.js";
import type { FileSpace } from "./file-space.js";

/** Half the entries of a symbol table node, and half the children of a group's B-tree node: HDF5's defaults. */
export const groupLeafK = 4;
export const groupInternalK = 16;

const treeNodeSize = 24 + 8 * (2 * groupInternalK + 1) + 8 * 2 * groupInternalK;
const leafSize = 8 + 40 * 2 * groupLeafK;
/** Told to the heap's readers as free, so that HDF5 itself can add a few names in place. */
const freeBytes = 64;

export type Child = { readonly name: string; readonly header: number };
export type GroupTable = { readonly tree: number; readonly heap: number };

/** Nothing is cached in it: the tree and heap of a group are found in its header only, which is switched in one write. */
export function symbolTableEntry(encoder: Encoder, nameOffset: number, header: number): Encoder {
  return encoder
    .u64(nameOffset)
    .u64(header)
    .u32(0)
    .zeros(4 + 16);
}

/**
 * Writes a group's children as a new local heap, new symbol table nodes and a new B-tree over them, all of them full,
 * so that a reader holds on to the old ones until the group's header is switched. Cost grows with the number of children.
 * HDF5 File Format Specification 3.0, III.A.1, III.B, III.C, III.D.
 */
export function writeGroupTable(space: FileSpace, children: Iterable<Child>): GroupTable {
  const sorted = Array.from(children, (child) => ({ ...child, key: new TextEncoder().encode(child.name) })).sort((a, b) =>
    compare(a.key, b.key),
  );
  // The empty name at offset 0 is the key left of every other.
  const names = new Encoder().zeros(8);
  const entries = sorted.map(({ key, header }) => {
    const nameOffset = names.length;
    names.bytes(key).u8(0).align(8);
    return { nameOffset, header };
  });

  let level: Subtree[] = [];
  for (let start = 0; start < entries.length; start += 2 * groupLeafK) {
    const part = entries.slice(start, start + 2 * groupLeafK);
    const node = new Encoder().ascii("SNOD").u8(1).u8(0).u16(part.length);
    for (const { nameOffset, header } of part) symbolTableEntry(node, nameOffset, header);
    const address = space.allocate(leafSize);
    space.write(address, node.zeros(leafSize - node.length).finish());
    level.push({ address, lastName: part.at(-1)?.nameOffset ?? 0 });
  }
  let depth = 0;
  do {
    level = writeTreeLevel(space, depth, level);
    depth++;
  } while (level.length > 1);
  return { tree: level[0]?.address ?? 0, heap: writeLocalHeap(space, names) };
}

/** `lastName` is the heap's offset of the greatest name below. */
type Subtree = { readonly address: number; readonly lastName: number };

function writeTreeLevel(space: FileSpace, depth: number, below: readonly Subtree[]): Subtree[] {
  const width = 2 * groupInternalK;
  const count = Math.max(1, Math.ceil(below.length / width));
  const addresses = Array.from({ length: count }, () => space.allocate(treeNodeSize));
  let before = 0;
  return addresses.map((address, index) => {
    const part = below.slice(index * width, (index + 1) * width);
    const node = new Encoder().ascii("TREE").u8(0).u8(depth).u16(part.length);
    node.u64(addresses[index - 1] ?? undefinedAddress).u64(addresses[index + 1] ?? undefinedAddress);
    node.u64(before);
    for (const child of part) node.u64(child.address).u64((before = child.lastName));
    space.write(address, node.zeros(treeNodeSize - node.length).finish());
    return { address, lastName: before };
  });
}

function writeLocalHeap(space: FileSpace, names: Encoder): number {
  const free = names.length;
  // A free block holds the offset of the next one (1: none) and its own size.
  const data = names
    .u64(1)
    .u64(freeBytes)
    .zeros(freeBytes - 16)
    .finish();
  const dataAddress = space.allocate(data.length);
  space.write(dataAddress, data);
  const header = new Encoder().ascii("HEAP").zeros(4).u64(data.length).u64(free).u64(dataAddress).finish();
  const address = space.allocate(header.length);
  space.write(address, header);
  return address;
}

/** By bytes, as HDF5 compares names. */
function compare(a: Uint8Array, b: Uint8Array): number {
  const shared = Math.min(a.length, b.length);
  for (let index = 0; index < shared; index++) {
    const difference = (a[index] ?? 0) - (b[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}
