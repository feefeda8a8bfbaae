import type { RawPoints } from "../wire/raw-points.js";
import type { Summary } from "./summary.js";

/**
 * Windows k = 0, 1, … before `count`, reported at `origin + k * width`. Window k holds the points between its edges, which are
 * those instants rounded down to multiples of 2^depth ns.
 */
export type WindowGrid = { readonly origin: bigint; readonly width: bigint; readonly depth: number; readonly count: bigint };
export type Window = { readonly index: bigint; readonly summary: Summary };
export type Point = { readonly time: bigint; readonly value: number };

/** The points of one version. They do not change, so a read may take as long as its reader likes. */
export interface Snapshot {
  /** Those of [start, end), ascending, in pieces of any size. The arrays are views: read only. */
  points(start: bigint, end: bigint): Iterable<RawPoints>;
  /** Those that hold points, ascending. */
  windows(grid: WindowGrid): Iterable<Window>;
  /** The first point at or after `time`; backward, the last one before it. */
  nearest(time: bigint, backward: boolean): Point | undefined;
}

/** The lower edge of window `index`. */
export function windowEdge(grid: WindowGrid, index: bigint): bigint {
  const bits = BigInt(grid.depth);
  return ((grid.origin + index * grid.width) >> bits) << bits;
}

/** The last window whose lower edge is at or before `time`. */
export function windowAt(grid: WindowGrid, time: bigint): bigint {
  const bits = BigInt(grid.depth);
  // An edge, rounded down, is at or before `time` where the instant itself is before the next multiple.
  const distance = (((time >> bits) + 1n) << bits) - 1n - grid.origin;
  const index = distance / grid.width;
  return distance < 0n && index * grid.width !== distance ? index - 1n : index;
}
