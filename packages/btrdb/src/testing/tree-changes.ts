import type { TimeRange } from "@sonde/core";
import type { RawPoints } from "../wire/raw-points.js";
import { firstTime, floorTo, withinBounds } from "./bounds.js";
import { fanBits, rootSpan, type Tree, type TreeNode } from "./tree.js";

/** Gathers instants into ranges that are whole multiples of 2^resolution ns, inside the bounds of time. */
export class ChangedRanges {
  readonly resolution: number;
  #ranges: { start: bigint; end: bigint }[] = [];

  constructor(resolution: number) {
    this.resolution = resolution;
  }

  add(time: bigint): void {
    const last = this.#ranges.at(-1);
    if (last && time >= last.start && time < last.end) return;
    const floor = floorTo(time, this.resolution);
    const start = withinBounds(floor);
    const end = withinBounds(floor + (1n << BigInt(this.resolution)));
    if (last && start === last.end) last.end = end;
    else this.#ranges.push({ start, end });
  }

  /** Ascending, neither overlapping nor touching. */
  get ranges(): readonly TimeRange[] {
    const merged: { start: bigint; end: bigint }[] = [];
    for (const range of this.#ranges.sort((a, b) => (a.start < b.start ? -1 : a.start > b.start ? 1 : 0))) {
      const last = merged.at(-1);
      if (last && range.start <= last.end) {
        if (range.end > last.end) last.end = range.end;
      } else merged.push({ ...range });
    }
    return merged;
  }
}

/** Every instant at which the points of two versions differ. Costs what differs, not what there is. */
export function addChanges(before: Tree, after: Tree, into: ChangedRanges): void {
  compare(before, after, firstTime, rootSpan, into);
}

function compare(before: Tree, after: Tree, start: bigint, span: number, into: ChangedRanges): void {
  if (before === after) return;
  // The root alone does not begin at a multiple of its span.
  if (span <= into.resolution && span < rootSpan && before?.summary.count !== after?.summary.count) {
    into.add(start);
    return;
  }
  const one = before?.children;
  const other = after?.children;
  if ((one || !before) && (other || !after)) {
    const bits = BigInt(span - fanBits);
    for (let bucket = 0; bucket < 1 << fanBits; bucket++) {
      compare(one?.[bucket], other?.[bucket], start + (BigInt(bucket) << bits), span - fanBits, into);
    }
    return;
  }
  comparePoints(gather(before), gather(after), into);
}

function comparePoints(before: RawPoints, after: RawPoints, into: ChangedRanges): void {
  let one = 0;
  let other = 0;
  while (one < before.times.length || other < after.times.length) {
    const a = before.times[one];
    const b = after.times[other];
    // One of the two is defined.
    const time = (b === undefined || (a !== undefined && a < b) ? a : b) as bigint;
    let same = true;
    while (before.times[one] === time || after.times[other] === time) {
      if (before.times[one] !== after.times[other] || !Object.is(before.values[one], after.values[other])) same = false;
      if (before.times[one] === time) one++;
      if (after.times[other] === time) other++;
    }
    if (!same) into.add(time);
  }
}

/** All points below a node in one piece. */
function gather(tree: Tree): RawPoints {
  const size = tree?.summary.count ?? 0;
  const points = { times: new BigInt64Array(size), values: new Float64Array(size) };
  let row = 0;
  const visit = (node: TreeNode): void => {
    if (node.children) {
      for (const child of node.children) if (child) visit(child);
      return;
    }
    points.times.set(node.times, row);
    points.values.set(node.values, row);
    row += node.times.length;
  };
  if (tree) visit(tree);
  return points;
}
