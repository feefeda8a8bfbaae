/**
 * Where the bytes of the one file come from. HDF5 asks synchronously; each reader answers synchronously.
 *
 * @typedef {object} Reader
 * @property {number} size in bytes
 * @property {(target: Uint8Array, position: number) => number} read fills `target` as far as the file goes; answers the bytes read
 *
 * @typedef {(
 *   | { kind: "descriptor", descriptor: number, size: number }
 *   | { kind: "bytes", bytes: Uint8Array }
 *   | { kind: "blob", blob: Blob }
 *   | { kind: "shared", memory: SharedArrayBuffer, size: number }
 * )} Origin
 */

/** The layout of the memory shared with the main thread: see `shared-source.ts`. */
const header = 16;
const blockBytes = 1 << 18;
/** 8 MiB: a chunk's index and a few chunks. */
const cachedBlocks = 32;

/**
 * @param {Origin} origin
 * @param {(position: number, length: number) => void} ask tells the main thread what is wanted in the shared memory
 * @returns {Reader}
 */
export function readerOf(origin, ask) {
  if (origin.kind === "descriptor") return descriptorReader(origin.descriptor, origin.size);
  if (origin.kind === "bytes") return bytesReader(origin.bytes);
  if (origin.kind === "blob") return cached(origin.blob.size, 4, blobReader(origin.blob));
  const blocksAtOnce = Math.max(1, Math.floor((origin.memory.byteLength - header) / blockBytes));
  return cached(origin.size, blocksAtOnce, sharedReader(origin.memory, ask));
}

/** @param {number} descriptor @param {number} size @returns {Reader} */
function descriptorReader(descriptor, size) {
  // Not an import: a browser bundle of this file holds no `node:`.
  const { readSync } = process.getBuiltinModule("node:fs");
  return {
    size,
    read(target, position) {
      let done = 0;
      while (done < target.length) {
        const count = readSync(descriptor, target, done, target.length - done, position + done);
        if (count === 0) break;
        done += count;
      }
      return done;
    },
  };
}

/** @param {Uint8Array} bytes @returns {Reader} */
function bytesReader(bytes) {
  return {
    size: bytes.length,
    read(target, position) {
      const part = bytes.subarray(position, position + target.length);
      target.set(part);
      return part.length;
    },
  };
}

/** @param {Blob} blob @returns {(start: number, end: number) => Uint8Array} */
function blobReader(blob) {
  // Exists in workers of browsers only, where blobs are sent.
  const reader = new /** @type {any} */ (globalThis).FileReaderSync();
  return (start, end) => new Uint8Array(reader.readAsArrayBuffer(blob.slice(start, end)));
}

/**
 * @param {SharedArrayBuffer} memory
 * @param {(position: number, length: number) => void} ask
 * @returns {(start: number, end: number) => Uint8Array}
 */
function sharedReader(memory, ask) {
  const state = new Int32Array(memory, 0, 2);
  const data = new Uint8Array(memory, header);
  return (start, end) => {
    Atomics.store(state, 0, 1);
    ask(start, end - start);
    Atomics.wait(state, 0, 1);
    const length = Atomics.load(state, 1);
    if (length !== end - start) throw new Error("the source of the file failed");
    return data.slice(0, length);
  };
}

/**
 * Whole aligned blocks, the last used ones kept: HDF5 asks for metadata in pieces of a few hundred bytes.
 *
 * @param {number} size
 * @param {number} blocksAtOnce
 * @param {(start: number, end: number) => Uint8Array} fetch
 * @returns {Reader}
 */
function cached(size, blocksAtOnce, fetch) {
  /** @type {Map<number, Uint8Array>} */
  const blocks = new Map();
  /** @param {number} first @param {number} last both inclusive */
  const load = (first, last) => {
    const start = first * blockBytes;
    const bytes = fetch(start, Math.min(size, (last + 1) * blockBytes));
    for (let block = first; block <= last; block++) {
      const at = block * blockBytes - start;
      blocks.set(block, bytes.subarray(at, at + blockBytes));
    }
    for (const block of blocks.keys()) {
      if (blocks.size <= cachedBlocks) break;
      if (block < first || block > last) blocks.delete(block);
    }
  };
  return {
    size,
    read(target, position) {
      const end = Math.min(size, position + target.length);
      if (end <= position) return 0;
      const last = Math.floor((end - 1) / blockBytes);
      for (let block = Math.floor(position / blockBytes); block <= last; block++) {
        let bytes = blocks.get(block);
        if (bytes === undefined) {
          let until = block;
          while (until < last && until - block + 1 < blocksAtOnce && !blocks.has(until + 1)) until++;
          load(block, until);
          bytes = blocks.get(block);
          if (bytes === undefined) throw new Error("a block was dropped while it was loaded");
        } else {
          blocks.delete(block);
          blocks.set(block, bytes);
        }
        const blockStart = block * blockBytes;
        const from = Math.max(position, blockStart);
        target.set(bytes.subarray(from - blockStart, end - blockStart), from - position);
      }
      return end - position;
    },
  };
}
