/** HDF5 says no by a negative number. @param {unknown} status @param {string} what */
export function check(status, what) {
  if (typeof status !== "number" || status < 0) throw new Error(`${what} failed and gave no reason`);
}

/** Whether values hold pointers into the heap, which are no data. @param {any} type @returns {boolean} */
export function holdsPointers(type) {
  if (type.vlen || type.vlen_type !== undefined) return true;
  if (type.array_type !== undefined) return holdsPointers(type.array_type);
  return type.compound_type?.members.some(holdsPointers) ?? false;
}

/**
 * One field of all rows, packed. No typed array can be laid over it: fields of packed compounds are not aligned.
 * @param {Uint8Array} heap @param {number} at @param {number} stride @param {number} rows @param {number} size
 */
export function column(heap, at, stride, rows, size) {
  const out = new Uint8Array(rows * size);
  if (size <= 16) {
    for (let row = 0, to = 0; row < rows; row++, at += stride) {
      for (let k = 0; k < size; k++) out[to++] = /** @type {number} */ (heap[at + k]);
    }
    return out;
  }
  for (let row = 0; row < rows; row++, at += stride) out.set(heap.subarray(at, at + size), row * size);
  return out;
}
