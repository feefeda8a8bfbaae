import { Encoder, encodeU16, encodeU64, undefinedAddress } from "./encoder.js";
import type { FileSpace, Patch } from "./file-space.js";

/** Children of a node: twice the K = 32 that a version 0 superblock implies. */
export const nodeChildren = 64;

const entriesUsed = 6;
const rightSibling = 16;
const firstKey = 24;

export type ChunkGeometry = {
  /** Rows of a chunk. */
  readonly rows: number;
  /** Dimensions of the dataset. */
  readonly rank: number;
  readonly bytes: number;
};

/**
 * The version 1 B-tree of a dataset's chunks (HDF5 File Format Specification 3.0, III.A.1, node type 1), for chunks added in order only.
 *
 * Chunk n begins at row n * rows, so every key of a node is known when the node is made, and is written then. What readers see changes
 * by three kinds of small writes only: a node's number of children, its right sibling, and (by the owner) the root's address. Memory: one
 * node a level; a node that is full is written once and forgotten.
 */
export class ChunkIndex {
  readonly #space: FileSpace;
  readonly #geometry: ChunkGeometry;
  /** The rightmost node of every level, leaf first. */
  readonly #path: Node[] = [];
  #chunks = 0;
  /** Changes of nodes that readers see, and that are not in `#path` any more. */
  #patches: Patch[] = [];

  constructor(space: FileSpace, geometry: ChunkGeometry) {
    this.#space = space;
    this.#geometry = geometry;
  }

  /** Undefined: no chunk yet. */
  get root(): number | undefined {
    return this.#path.at(-1)?.address;
  }

  get chunks(): number {
    return this.#chunks;
  }

  /** Adds the next chunk: the one after the last. */
  add(address: number): void {
    this.#insert(0, address, this.#chunks);
    this.#chunks++;
  }

  /** Writes what nobody sees yet, and returns what makes it seen. */
  prepare(): Patch[] {
    const patches = this.#patches;
    this.#patches = [];
    for (const node of this.#path) this.#store(node, patches);
    return patches;
  }

  #insert(level: number, child: number, firstChunk: number): void {
    let node = this.#path[level];
    if (node === undefined) {
      // A new root, over the old one.
      node = this.#path[level] = this.#newNode(level, 0, undefined);
      const below = this.#path[level - 1];
      if (below !== undefined) node.addChild(below.address);
    }
    if (node.count === nodeChildren) {
      const next = this.#newNode(level, firstChunk, node.address);
      this.#retire(node, next.address);
      // Before the path leads to `next`: a new root above takes the old node from it.
      this.#insert(level + 1, next.address, firstChunk);
      this.#path[level] = node = next;
    }
    node.addChild(child);
  }

  #newNode(level: number, firstChunk: number, left: number | undefined): Node {
    const { rows, rank, bytes } = this.#geometry;
    const node = new Encoder()
      .ascii("TREE")
      .u8(1)
      .u8(level)
      .u16(0)
      .u64(left ?? undefinedAddress)
      .u64(undefinedAddress);
    const step = BigInt(rows) * BigInt(nodeChildren) ** BigInt(level);
    let row = BigInt(rows) * BigInt(firstChunk);
    for (let child = 0; child <= nodeChildren; child++, row += step) {
      // The chunk's bytes, no filter left out, its first row, no offset in the other dimensions and in the element.
      node
        .u32(bytes)
        .u32(0)
        .u64(row)
        .zeros(8 * rank);
      if (child < nodeChildren) node.u64(0);
    }
    return new Node(this.#space.allocate(node.length), node.finish(), 16 + 8 * rank);
  }

  #retire(node: Node, right: number): void {
    const sibling = encodeU64(right);
    if (node.visible) this.#patches.push({ position: node.address + rightSibling, bytes: sibling });
    else node.image.set(sibling, rightSibling);
    this.#store(node, this.#patches);
  }

  #store(node: Node, patches: Patch[]): void {
    if (node.count === node.stored) return;
    const used = encodeU16(node.count);
    if (node.visible) {
      const from = node.childOffset(node.stored);
      this.#space.write(node.address + from, node.image.slice(from, node.childOffset(node.count - 1) + 8));
      patches.push({ position: node.address + entriesUsed, bytes: used });
    } else {
      node.image.set(used, entriesUsed);
      this.#space.write(node.address, node.image.slice());
      node.visible = true;
    }
    node.stored = node.count;
  }
}

class Node {
  count = 0;
  /** Children already written. */
  stored = 0;
  /** Whether the flush under way, or one before it, leads readers to it. */
  visible = false;

  constructor(
    readonly address: number,
    readonly image: Uint8Array,
    readonly stride: number,
  ) {}

  /** Children lie between keys: key 0, child 0, key 1, … */
  childOffset(index: number): number {
    return firstKey + index * (this.stride + 8) + this.stride;
  }

  addChild(address: number): void {
    this.image.set(encodeU64(address), this.childOffset(this.count));
    this.count++;
  }
}
