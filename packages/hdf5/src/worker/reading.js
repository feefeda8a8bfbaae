import { check, column } from "./values.js";

/** @import { Files } from "./calls.js" */
/** @import { makeMemory } from "./memory.js" */
/** @import { Module, OpenFile } from "./objects.js" */
/** @typedef {{ offset: number, size: number }} Slot */

/**
 * The calls that read values of datasets.
 * @param {Module} module @param {Files} files @param {ReturnType<typeof makeMemory>} memory
 */
export function reading(module, { fileOf }, { allocate, withBuffer, copyOut, stringsAt }) {
  /** @param {OpenFile} file @param {string} path @param {readonly number[] | null} offset @param {readonly number[] | null} count @param {number} pointer */
  const readInto = (file, path, offset, count, pointer) => {
    const big = (/** @type {readonly number[] | null} */ numbers) => (numbers === null ? null : numbers.map(BigInt));
    const strides = count === null ? null : count.map(() => 1n);
    check(module.get_dataset_data(file.id, path, big(count), big(offset), strides, BigInt(pointer)), "H5Dread");
  };

  return {
    /** @param {{ file: number, path: string, offset: readonly number[] | null, count: readonly number[] | null, bytes: number }} request */
    read({ file: token, path, offset, count, bytes }) {
      const file = fileOf(token);
      return withBuffer(bytes, (pointer) => {
        readInto(file, path, offset, count, pointer);
        return copyOut(pointer, bytes);
      });
    },

    /** @param {{ file: number, path: string, start: number, rows: number, rowBytes: number, slots: readonly Slot[] }} request */
    fields({ file: token, path, start, rows, rowBytes, slots }) {
      const file = fileOf(token);
      return withBuffer(rows * rowBytes, (pointer) => {
        readInto(file, path, [start], [rows], pointer);
        return slots.map(({ offset, size }) => column(module.HEAPU8, pointer + offset, rowBytes, rows, size));
      });
    },

    /** @param {{ file: number, path: string, offset: readonly number[] | null, count: readonly number[] | null, values: number, maxBytes: number }} request */
    strings({ file: token, path, offset, count, values, maxBytes }) {
      const file = fileOf(token);
      const pointer = allocate(values * 4);
      try {
        module.HEAPU8.fill(0, pointer, pointer + values * 4);
        readInto(file, path, offset, count, pointer);
        try {
          return stringsAt(pointer, values, maxBytes);
        } finally {
          if (count === null) module.reclaim_vlen_memory(file.id, path, "", BigInt(pointer));
          else module.reclaim_vlen_memory_count(file.id, path, "", BigInt(pointer), count.map(BigInt));
        }
      } finally {
        module._free(pointer);
      }
    },
  };
}
