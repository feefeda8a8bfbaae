import type { Selection } from "../selection.js";
import type { ChunkRows } from "./chunk-table.js";
import type { Geometry } from "./storage.js";

/** Of one read; with more, chunks are so small that HDF5 is as fast. */
const maxChunks = 1 << 16;
/** The most that is read of one chunk of which only a part is wanted. */
const maxSpan = 1 << 23;

/** `count` runs, the first bytes of which lie `from` bytes apart where they are read, and `to` bytes where they go. */
type Loop = { readonly count: number; readonly from: number; readonly to: number };
/**
 * Bytes `position` to `position + length` of the file hold a part of what is wanted: runs of `run` bytes, in loops inside loops, the
 * innermost last. Without loops all of it is wanted, and goes to `target` as it is.
 */
export type Transfer = {
  readonly position: number;
  readonly length: number;
  readonly target: number;
  readonly run: number;
  readonly loops: readonly Loop[];
};

/** Rows of chunks that a box touches, half open. */
export function chunkRowsOf({ offset, count }: Selection, { sides }: Geometry): { readonly first: number; readonly end: number } {
  const [start = 0] = offset;
  const [length = 1] = count;
  const [side = 1] = sides;
  return { first: Math.floor(start / side), end: Math.ceil((start + length) / side) };
}

/**
 * How the bytes of a box, which is not empty, come from the file, in the order of the chunks; neighbours in both are one transfer.
 * Undefined where HDF5 must look at a chunk, or does as well.
 */
export function transfersOf(box: Selection, geometry: Geometry, rows: ChunkRows): readonly Transfer[] | undefined {
  const { shape, sides, valueBytes } = geometry;
  const rank = shape.length;
  const grid = shape.map((length, k) => Math.ceil(length / (sides[k] ?? 1)));
  const first = box.offset.map((start, k) => Math.floor(start / (sides[k] ?? 1)));
  const end = box.offset.map((start, k) => Math.ceil((start + (box.count[k] ?? 0)) / (sides[k] ?? 1)));
  const chunks = end.reduce((product, length, k) => product * (length - (first[k] ?? 0)), 1);
  if (chunks > maxChunks) return undefined;
  const from = strides(sides, valueBytes);
  const to = strides(box.count, valueBytes);
  const transfers: Transfer[] = [];
  const index = [...first];
  for (let done = 0; done < chunks; done++) {
    const cell = index.reduce((sum, value, k) => (k === 0 ? value - rows.first : sum * (grid[k] ?? 1) + value), 0);
    const address = rows.addresses[cell] ?? -1;
    if (address < 0) return undefined;
    const transfer = ofChunk(box, geometry, index, address, from, to);
    if (transfer.loops.length > 0 && transfer.length > maxSpan) return undefined;
    append(transfers, transfer);
    for (let k = rank - 1; k >= 0; k--) {
      const next = (index[k] ?? 0) + 1;
      index[k] = next;
      if (next < (end[k] ?? 0)) break;
      index[k] = first[k] ?? 0;
    }
  }
  return transfers;
}

/** Bytes from one index to the next, row-major. */
function strides(lengths: readonly number[], valueBytes: number): readonly number[] {
  const result: number[] = [];
  let bytes = valueBytes;
  for (const length of lengths.toReversed()) {
    result.unshift(bytes);
    bytes *= length;
  }
  return result;
}

function ofChunk(
  box: Selection,
  { sides, valueBytes }: Geometry,
  index: readonly number[],
  address: number,
  from: readonly number[],
  to: readonly number[],
): Transfer {
  let position = address;
  let target = 0;
  let run = valueBytes;
  let length = valueBytes;
  const loops: Loop[] = [];
  for (let k = sides.length - 1; k >= 0; k--) {
    const [side, start, fromStride, toStride] = [sides[k] ?? 1, box.offset[k] ?? 0, from[k] ?? 0, to[k] ?? 0];
    const origin = (index[k] ?? 0) * side;
    const low = Math.max(start, origin);
    const count = Math.min(start + (box.count[k] ?? 0), origin + side) - low;
    position += (low - origin) * fromStride;
    target += (low - start) * toStride;
    length += (count - 1) * fromStride;
    if (count === 1) continue;
    if (loops.length === 0 && fromStride === run && toStride === run) run *= count;
    else loops.unshift({ count, from: fromStride, to: toStride });
  }
  return { position, length, target, run, loops };
}

function append(transfers: Transfer[], next: Transfer): void {
  const last = transfers.at(-1);
  const follows =
    last !== undefined &&
    last.loops.length === 0 &&
    next.loops.length === 0 &&
    last.position + last.length === next.position &&
    last.target + last.length === next.target;
  if (!follows) {
    transfers.push(next);
    return;
  }
  const length = last.length + next.length;
  transfers[transfers.length - 1] = { ...last, length, run: length };
}
