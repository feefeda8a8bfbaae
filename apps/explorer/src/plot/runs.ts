import type { TimeRange } from "@sonde/core";
import type { Piece } from "../tiles/cache.js";
import { pixelsOf } from "../tiles/tile.js";

/** Rows or windows without a gap between them, in pixels across and in values up. `from` to `high` are empty for rows. */
export type Run = {
  readonly x: number[];
  readonly mid: number[];
  readonly from: number[];
  readonly to: number[];
  readonly low: number[];
  readonly high: number[];
};

type Sides = { readonly left: number; readonly right: number };

/**
 * What pieces show of a range, cut at the sides. A missing window or value ends a run, so that a gap in the data is a gap in the picture;
 * the border of a tile does not.
 */
export function runsOf(pieces: readonly Piece[], range: TimeRange, sides: Sides): Run[] {
  const runs: Run[] = [];
  let run = emptyRun();
  const close = () => {
    if (run.x.length > 0) runs.push(run);
    run = emptyRun();
  };
  // The end of the last window, and the last row with its pixel: what comes next is joined to it, or not.
  let reached: bigint | undefined;
  let before: { readonly x: number; readonly value: number } | undefined;
  const pixel = (time: bigint) =>
    sides.left + (Number(time - range.start) / (Number(range.end - range.start) || 1)) * (sides.right - sides.left);
  for (const { tile, range: part } of pieces) {
    const { times, mid, low = mid, high = mid } = tile.data;
    const x = pixelsOf(times, range, sides.left, sides.right);
    const windows = tile.level.kind === "windows";
    const width = windows ? tile.level.width : 0n;
    const [first, last] = [Math.max(sides.left, pixel(part.start)), Math.min(sides.right, pixel(part.end))];
    const wide = (Number(width) / (Number(range.end - range.start) || 1)) * (sides.right - sides.left);
    if (windows !== run.low.length > 0) close();
    for (let row = 0; row < times.length; row++) {
      const [at, value, here] = [times[row] ?? 0n, mid[row] ?? Number.NaN, x[row] ?? 0];
      if (windows) {
        const [from, to] = [Math.max(first, here), Math.min(last, here + wide)];
        if (to <= from && wide > 0 && (here + wide < first || here > last)) continue;
        if (!Number.isFinite(value) || (reached !== undefined && at > reached)) close();
        reached = at + width;
        if (!Number.isFinite(value)) continue;
        run.from.push(from);
        run.to.push(Math.max(from, to));
        run.low.push(low[row] ?? value);
        run.high.push(high[row] ?? value);
        run.x.push((from + to) / 2);
        run.mid.push(value);
        continue;
      }
      if (at < part.start || at >= part.end) continue;
      if (!Number.isFinite(value)) {
        close();
        before = undefined;
        continue;
      }
      const now = { x: here, value };
      if (here >= sides.left && here <= sides.right) {
        if (run.x.length === 0 && before !== undefined && before.x < sides.left) put(run, crossing(before, now, sides.left));
        put(run, now);
      } else if (here > sides.right && before !== undefined && before.x < sides.right) {
        if (run.x.length === 0) put(run, crossing(before, now, sides.left));
        put(run, crossing(before, now, sides.right));
      }
      before = now;
      if (here > sides.right) break;
    }
  }
  close();
  return runs;
}

function emptyRun(): Run {
  return { x: [], mid: [], from: [], to: [], low: [], high: [] };
}

function put(run: Run, { x, value }: { readonly x: number; readonly value: number }): void {
  run.x.push(x);
  run.mid.push(value);
}

/** Where the line from one row to the next passes a side. */
function crossing(a: { readonly x: number; readonly value: number }, b: { readonly x: number; readonly value: number }, x: number) {
  return { x, value: a.value + ((b.value - a.value) * (x - a.x)) / (b.x - a.x || 1) };
}
