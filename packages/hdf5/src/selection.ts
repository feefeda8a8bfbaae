import { sondeError } from "@sonde/core/bytes";
import { alwaysAllowedBytes, blockBytes, type Limits, maxCallBytes } from "./limits.js";
import type { RowRange } from "./types.js";

/** A box of values, as HDF5 wants it; null for a scalar, which has no dimensions. */
export type Selection = { readonly offset: readonly number[]; readonly count: readonly number[] };

/** Rejects `options` for ranges outside the shape: h5wasm clips them, or wraps round. */
export function selectionOf(
  shape: readonly number[],
  rows: RowRange | undefined,
  columns: readonly RowRange[] | undefined,
  key: string,
): Selection {
  const ranges = [rows, ...(columns ?? [])];
  if ((rows !== undefined || (columns?.length ?? 0) > 0) && ranges.length > shape.length) {
    throw wrong(key, ranges.length === 1 ? "rows" : "columns", `${key} has ${shape.length} dimensions, ${ranges.length} were asked`);
  }
  const box = shape.map((length, dimension) => {
    const range = ranges[dimension] ?? { start: 0, end: length };
    const { start, end } = range;
    if (!Number.isSafeInteger(start) || !Number.isSafeInteger(end) || start < 0 || end < start || end > length) {
      throw wrong(
        key,
        dimension === 0 ? "rows" : `columns.${dimension - 1}`,
        `${start} to ${end} is no range inside dimension ${dimension} of ${key}, which has ${length}`,
      );
    }
    return range;
  });
  return { offset: box.map(({ start }) => start), count: box.map(({ start, end }) => end - start) };
}

function wrong(key: string, path: string, message: string) {
  return sondeError("options", `${message}: ranges are half open and inside the shape`, { issues: [{ path, message: `of ${key}` }] });
}

/** In bytes, once it is known to be within the limits. Rejects `limit` before anything is allocated. */
export function checkedBytes({ count }: Selection, valueBytes: number, fileBytes: number, limits: Limits, key: string): number {
  const asked = count.reduce((product, length) => product * BigInt(length), BigInt(valueBytes));
  if (asked > limits.maxReadBytes) {
    throw sondeError(
      "limit",
      `${key}: ${asked} bytes were asked, one read may give ${limits.maxReadBytes}: read fewer rows, use blocks(), or raise limits.maxReadBytes`,
      {
        what: "bytes of one read",
        asked,
        allowed: limits.maxReadBytes,
        option: "limits.maxReadBytes",
      },
    );
  }
  const bytes = Number(asked);
  if (bytes > alwaysAllowedBytes && bytes > limits.maxRatio * fileBytes) {
    throw sondeError(
      "limit",
      `${key}: ${bytes} bytes out of a file of ${fileBytes} are more than ${limits.maxRatio} to 1: raise limits.maxRatio if you trust the file`,
      {
        what: "declared bytes for each stored one",
        asked: Math.ceil(bytes / Math.max(1, fileBytes)),
        allowed: limits.maxRatio,
        option: "limits.maxRatio",
      },
    );
  }
  return bytes;
}

/**
 * Cuts a box into boxes of at most `budget` bytes, in row-major order, each contiguous in the result:
 * the first dimension that can be cut is, those before it advance one by one.
 */
export function* pieces({ offset, count }: Selection, valueBytes: number, budget = blockBytes): Generator<Selection> {
  const innermost: number[] = [];
  let inside = valueBytes;
  let cut = count.length;
  while (cut > 0 && inside * (count[cut - 1] ?? 1) <= budget) inside *= count[--cut] ?? 1;
  if (cut === 0) {
    yield { offset, count };
    return;
  }
  cut--;
  innermost.push(...count.slice(cut + 1));
  const step = Math.max(1, Math.floor(budget / Math.max(1, inside)));
  const length = count[cut] ?? 0;
  const outer = count.slice(0, cut);
  const index = outer.map(() => 0);
  if (outer.includes(0)) return;
  do {
    for (let at = 0; at < length; at += step) {
      yield {
        offset: [...index.map((value, k) => value + (offset[k] ?? 0)), (offset[cut] ?? 0) + at, ...offset.slice(cut + 1)],
        count: [...index.map(() => 1), Math.min(step, length - at), ...innermost],
      };
    }
  } while (advance(index, outer));
}

/** The next index in row-major order; false after the last. */
function advance(index: number[], shape: readonly number[]): boolean {
  for (let k = index.length - 1; k >= 0; k--) {
    const next = (index[k] ?? 0) + 1;
    if (next < (shape[k] ?? 0)) {
      index[k] = next;
      return true;
    }
    index[k] = 0;
  }
  return false;
}

export const bytesOf = ({ count }: Selection, valueBytes: number): number =>
  count.reduce((product, length) => product * length, valueBytes);

/**
 * What one call of HDF5 reads: whole chunks where they are large, for each call takes every chunk that it touches through its filters again.
 * A chunk larger than is allowed is refused elsewhere.
 */
export function callBytes(chunks: readonly number[] | null, valueBytes: number, limits: Limits): number {
  const chunk = (chunks ?? []).reduce((product, length) => product * length, valueBytes);
  return Math.max(blockBytes, Math.min(chunk, limits.maxChunkBytes));
}

/** Rows of a block by default: as many as fit, in whole chunks where a chunk fits. */
export function rowsPerBlock(rowBytes: number, chunkRows: number, budget = blockBytes): number {
  const fit = Math.max(1, Math.floor(budget / Math.max(1, rowBytes)));
  if (chunkRows <= fit) return fit - (fit % chunkRows);
  return chunkRows * rowBytes <= maxCallBytes ? chunkRows : fit;
}
