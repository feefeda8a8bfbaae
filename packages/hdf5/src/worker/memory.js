import { Refusal } from "./failure.js";

/** @import { Module } from "./objects.js" */

/** Kept for one call after another: the heap never shrinks, and gaps in it are not filled. Only datasets of larger chunks need more. */
const scratchBytes = 1 << 23;

/** Memory in the heap of HDF5, and copies of what lies there. @param {Module} module */
export function makeMemory(module) {
  /** @type {number} */
  let scratch = 0;

  /** @param {number} bytes @returns {number} */
  const allocate = (bytes) => {
    const pointer = module._malloc(Math.max(1, bytes));
    if (pointer === 0) throw new Refusal({ kind: "memory", message: `no ${bytes} bytes left in the heap of HDF5` });
    return pointer;
  };

  /** @template Result @param {number} bytes @param {(pointer: number) => Result} use @returns {Result} */
  const withBuffer = (bytes, use) => {
    if (bytes <= scratchBytes) {
      scratch ||= allocate(scratchBytes);
      return use(scratch);
    }
    const pointer = allocate(bytes);
    try {
      return use(pointer);
    } finally {
      module._free(pointer);
    }
  };

  /** @param {number} pointer @param {number} bytes */
  const copyOut = (pointer, bytes) => module.HEAPU8.slice(pointer, pointer + bytes);

  /**
   * Strings that HDF5 has put into the heap, each ended by a NUL.
   * @param {number} pointer of the references @param {number} count @param {number} maxBytes of all strings
   */
  const stringsAt = (pointer, count, maxBytes) => {
    const heap = module.HEAPU8;
    const view = new DataView(heap.buffer, heap.byteOffset);
    /** @type {Uint8Array[]} */
    const strings = [];
    let total = 0;
    for (let k = 0; k < count; k++) {
      const start = view.getUint32(pointer + 4 * k, true);
      const end = start === 0 ? 0 : heap.indexOf(0, start);
      if (end < start) throw new Error("a string has no end");
      total += end - start;
      if (total > maxBytes)
        throw new Refusal({ kind: "limit", message: "bytes of strings", asked: total, allowed: maxBytes, option: "limits.maxReadBytes" });
      strings.push(heap.slice(start, end));
    }
    return strings;
  };

  return { allocate, withBuffer, copyOut, stringsAt };
}
