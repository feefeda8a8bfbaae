import { isSondeError, sondeError } from "@sonde/core/connector";
import type { CallOptions, Dataset, FieldValues } from "@sonde/hdf5";

/** Where the rows of a table stand in time. Ticks are as stored, before any offset. */
export type RowOrder =
  /** The first tick of each block; from block `damaged` on, nothing is known but that reading it fails. */
  | { readonly sorted: true; readonly blockRows: number; readonly firsts: BigInt64Array; readonly damaged?: number }
  /** `rows[k]` is the row that comes k-th, `ticks[k]` its tick; rows of one tick keep their order. */
  | { readonly sorted: false; readonly ticks: BigInt64Array; readonly rows: Uint32Array };

/** Rows of a table that are read at once: the order of a sorted one is known to this grain, in 8 bytes a block. */
const blockRows = 16_384;
/** An unsorted table is put in order in memory, 12 bytes a row. */
const maxUnsortedRows = 33_554_432;

/** One pass over the ticks of a table: nothing says that a recorder wrote them in order. What comes before damage can be read. */
export async function rowOrder(dataset: Dataset, size: number, options: CallOptions): Promise<RowOrder> {
  const firsts = new BigInt64Array(Math.ceil(size / blockRows));
  let before: bigint | undefined;
  let block = 0;
  try {
    for await (const { fields } of dataset.fieldBlocks({ names: ["timestamp"], rows: { start: 0, end: size }, blockRows, ...options })) {
      const ticks = asTicks(fields.timestamp, dataset.path);
      firsts[block++] = ticks[0] ?? 0n;
      if (!isAscending(ticks, before ?? leastTick)) return await sortedRows(dataset, size, options);
      before = ticks.at(-1) ?? before;
    }
  } catch (error) {
    if (!isSondeError(error, "format") || before === undefined) throw error;
    return { sorted: true, blockRows, firsts: firsts.fill(before, block), damaged: block };
  }
  return { sorted: true, blockRows, firsts };
}

async function sortedRows(dataset: Dataset, size: number, options: CallOptions): Promise<RowOrder> {
  if (size > maxUnsortedRows) {
    throw sondeError(
      "limit",
      `${dataset.path}: its ${size} rows are not in order of time, and only ${maxUnsortedRows} can be put in order here`,
      {
        what: "unsorted rows",
        asked: size,
        allowed: maxUnsortedRows,
      },
    );
  }
  const stored = new BigInt64Array(size);
  for await (const block of dataset.fieldBlocks({ names: ["timestamp"], rows: { start: 0, end: size }, blockRows, ...options })) {
    stored.set(asTicks(block.fields.timestamp, dataset.path), block.rows.start);
  }
  // In bounds: both are row numbers. Typed arrays sort in place, and stably.
  const rows = Uint32Array.from(stored, (_tick, row) => row).sort((a, b) => compare(stored[a] as bigint, stored[b] as bigint));
  return { sorted: false, rows, ticks: BigInt64Array.from(rows, (row) => stored[row] as bigint) };
}

const compare = (a: bigint, b: bigint): number => (a < b ? -1 : a > b ? 1 : 0);

/** Rows that may lie in `from <= tick < to`, in stored ticks: positions in the order of time, to the grain that is known. */
export function candidates(order: RowOrder, size: number, from: bigint, to: bigint): { readonly start: number; readonly end: number } {
  if (!order.sorted) return { start: lower(order.ticks, from), end: lower(order.ticks, to) };
  // The block before the first that begins at or after `from` may end with it.
  const block = Math.max(0, lower(order.firsts, from) - 1);
  // Rows past the damage may lie in the range: no reading goes round it.
  const start = Math.min(block, order.damaged ?? block) * order.blockRows;
  return { start, end: Math.min(size, lower(order.firsts, to) * order.blockRows) };
}

/** The first position whose tick is at or after `tick`. */
export function lower(ticks: BigInt64Array, tick: bigint): number {
  let low = 0;
  let high = ticks.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((ticks[middle] as bigint) < tick)
      low = middle + 1; // in bounds
    else high = middle;
  }
  return low;
}

export const leastTick = -(2n ** 63n);

/**
 * Whether no tick comes before the one ahead of it, `before` ahead of the first. Their halves are compared, for the engine makes an object of
 * each bigint that it compares: three times as slow, and millions of objects to clear away.
 */
export function isAscending(ticks: BigInt64Array, before: bigint): boolean {
  const lows = new Uint32Array(ticks.buffer, ticks.byteOffset, 2 * ticks.length);
  const highs = new Int32Array(ticks.buffer, ticks.byteOffset, 2 * ticks.length);
  let low = Number(BigInt.asUintN(32, before));
  let high = Number(before >> 32n);
  for (let at = 0; at < lows.length; at += 2) {
    const [nextLow, nextHigh] = [lows[at] ?? 0, highs[at + 1] ?? 0];
    if (nextHigh < high || (nextHigh === high && nextLow < low)) return false;
    low = nextLow;
    high = nextHigh;
  }
  return true;
}

/** A column of ticks, whatever integer it is stored as; rejects `format` for others. */
export function asTicks(values: FieldValues, path: string): BigInt64Array {
  if (values instanceof BigInt64Array) return values;
  if (values instanceof BigUint64Array) return new BigInt64Array(values.buffer, values.byteOffset, values.length);
  const integers =
    values instanceof Int32Array || values instanceof Uint32Array || values instanceof Int16Array || values instanceof Uint16Array;
  if (!integers) throw sondeError("format", `${path}: its timestamps are no integers`, { key: path });
  const ticks = new BigInt64Array(values.length);
  for (let row = 0; row < values.length; row++) ticks[row] = BigInt(values[row] as number); // in bounds
  return ticks;
}
