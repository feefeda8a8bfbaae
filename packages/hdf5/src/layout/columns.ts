/** Where a field lies in a row, in bytes. */
export type Slot = { readonly offset: number; readonly size: number };

/**
 * Fields of rows that begin at `at`, packed into `columns` from row `first` on. Each column is a buffer of its own from its first byte.
 * Fields of packed compounds are not aligned, so that no typed array can be laid over them. Rows may lie in the memory of one column,
 * nowhere before their place in it: that column is packed last.
 */
export function splitRows(
  bytes: Uint8Array,
  at: number,
  rows: number,
  rowBytes: number,
  slots: readonly Slot[],
  columns: readonly Uint8Array[],
  first: number,
): void {
  let last: number | undefined;
  for (const [k, { offset, size }] of slots.entries()) {
    const column = columns[k];
    if (column?.buffer === bytes.buffer) last = k;
    else if (column !== undefined) splitColumn(bytes, at + offset, rows, rowBytes, size, column, first);
  }
  const [slot, column] = last === undefined ? [] : [slots[last], columns[last]];
  if (slot === undefined || column === undefined) return;
  const start = bytes.byteOffset - column.byteOffset + at + slot.offset;
  for (let row = 0, from = start, to = first * slot.size; row < rows; row++, from += rowBytes, to += slot.size) {
    column.copyWithin(to, from, from + slot.size);
  }
}

function splitColumn(
  bytes: Uint8Array,
  from: number,
  rows: number,
  rowBytes: number,
  size: number,
  column: Uint8Array,
  first: number,
): void {
  if (size === 1) {
    for (let row = 0, at = from; row < rows; row++, at += rowBytes) column[first + row] = bytes[at] ?? 0;
  } else if (size === 4 || size === 8) {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const words = new Uint32Array(column.buffer, column.byteOffset, column.byteLength >> 2);
    if (size === 4) for (let row = 0, at = from; row < rows; row++, at += rowBytes) words[first + row] = view.getUint32(at, true);
    else {
      for (let row = 0, at = from, to = 2 * first; row < rows; row++, at += rowBytes, to += 2) {
        words[to] = view.getUint32(at, true);
        words[to + 1] = view.getUint32(at + 4, true);
      }
    }
  } else if (size <= 16) {
    for (let row = 0, at = from, to = first * size; row < rows; row++, at += rowBytes) {
      for (let byte = 0; byte < size; byte++) column[to++] = bytes[at + byte] ?? 0;
    }
  } else {
    for (let row = 0, at = from, to = first * size; row < rows; row++, at += rowBytes, to += size) {
      column.set(bytes.subarray(at, at + size), to);
    }
  }
}
