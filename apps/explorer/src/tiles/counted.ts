import type { TimeRange } from "@sonde/core";
import type { Piece } from "./cache.js";

/**
 * Rows in a range by the windows that are loaded, those on its edges in proportion; undefined where windows of the whole range are not there.
 * `level` gives the width that is looked for.
 */
export function countedRows(pieces: readonly Piece[], range: TimeRange): number | undefined {
  let reached = range.start;
  let rows = 0;
  for (const { tile, range: part } of pieces) {
    if (tile.level.kind !== "windows" || part.start > reached) return undefined;
    reached = part.end;
    const { times, count } = tile.data;
    const { width } = tile.level;
    for (let row = 0; row < times.length; row++) {
      const start = times[row] ?? 0n;
      if (start + width <= range.start || start >= range.end || start + width <= part.start || start >= part.end) continue;
      const from = start > range.start ? start : range.start;
      const to = start + width < range.end ? start + width : range.end;
      rows += ((count?.[row] ?? 0) * Number(to - from)) / Number(width);
    }
  }
  return reached >= range.end ? rows : undefined;
}
