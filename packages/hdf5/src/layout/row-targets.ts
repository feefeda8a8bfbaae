import type { Slot } from "./columns.js";

/** The column of a field that makes up most of its row. */
export type WideColumn = { readonly size: number; readonly bytes: Uint8Array };

/** Below this, moving a row costs more than its copy would. */
const leastWide = 64;

/** Undefined where no field takes more than half of a row. */
export function wideColumn(slots: readonly Slot[], rowBytes: number, columns: readonly Uint8Array[]): WideColumn | undefined {
  const index = slots.findIndex(({ size }) => size >= leastWide && 2 * size > rowBytes);
  const bytes = columns[index];
  return bytes && { size: slots[index]?.size ?? 0, bytes };
}

/**
 * Where `rows` rows are read to, those of the table from `first` on: as many as fit right into the place of their wide field, in whose
 * column they are then moved together, and the rest into `scratch`. What lies next to each other in memory is copied twice as fast, and
 * the memory of the column, which is new, is first touched by the thread that reads.
 */
export function rowTargets(
  rows: number,
  first: number,
  rowBytes: number,
  wide: WideColumn | undefined,
  scratch: (length: number) => Uint8Array,
): readonly Uint8Array[] {
  const fit = wide === undefined ? 0 : Math.floor((rows * wide.size) / rowBytes);
  if (wide === undefined || fit === 0) return [scratch(rows * rowBytes)];
  const place = wide.bytes.subarray(first * wide.size, first * wide.size + fit * rowBytes);
  return fit === rows ? [place] : [place, scratch((rows - fit) * rowBytes)];
}
