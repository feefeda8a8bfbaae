import type { RawPoints } from "../wire/raw-points.js";
import { firstTime } from "./bounds.js";
import { type Point, type Snapshot, type Window, type WindowGrid, windowAt, windowEdge } from "./snapshot.js";
import { emptySummary, mergeSummaries, summaryOf } from "./summary.js";
import { fanBits, rootSpan, rowAt, type Tree, type TreeNode } from "./tree.js";

export function treeSnapshot(tree: Tree): Snapshot {
  return {
    points: (start, end) => pointsOf(tree, start, end),
    windows: (grid) => windowsOf(tree, grid),
    nearest: (time, backward) => nearestIn(tree, firstTime, rootSpan, time, backward),
  };
}

type Visit = { readonly node: TreeNode; readonly start: bigint; readonly span: number };

/** Puts the children on the stack so that the first one comes off first. */
function pushChildren(stack: Visit[], { node, start, span }: Visit): void {
  const bits = BigInt(span - fanBits);
  const children = node.children ?? [];
  for (let bucket = children.length - 1; bucket >= 0; bucket--) {
    const child = children[bucket];
    if (child) stack.push({ node: child, start: start + (BigInt(bucket) << bits), span: span - fanBits });
  }
}

const rootVisit = (tree: Tree): Visit[] => (tree ? [{ node: tree, start: firstTime, span: rootSpan }] : []);

function* pointsOf(tree: Tree, start: bigint, end: bigint): Generator<RawPoints> {
  const stack = rootVisit(tree);
  for (let visit = stack.pop(); visit; visit = stack.pop()) {
    if (visit.start >= end || visit.start + (1n << BigInt(visit.span)) <= start) continue;
    const { node } = visit;
    if (node.children) {
      pushChildren(stack, visit);
      continue;
    }
    const from = rowAt(node.times, start);
    const to = rowAt(node.times, end, from);
    if (to > from) yield { times: node.times.subarray(from, to), values: node.values.subarray(from, to) };
  }
}

/** Takes a node's own statistics where it lies in one window, and looks into it only where an edge does. */
function* windowsOf(tree: Tree, grid: WindowGrid): Generator<Window> {
  const low = windowEdge(grid, 0n);
  const high = windowEdge(grid, grid.count);
  let index = -1n;
  let end = low;
  let summary = emptySummary;
  const stack = rootVisit(tree);
  for (let visit = stack.pop(); visit; visit = stack.pop()) {
    const { node } = visit;
    const visitEnd = visit.start + (1n << BigInt(visit.span));
    if (visitEnd <= low || visit.start >= high) continue;
    if (visit.start >= low && visitEnd <= high) {
      if (visit.start < end) {
        if (visitEnd <= end) {
          summary = mergeSummaries(summary, node.summary);
          continue;
        }
      } else {
        const next = windowAt(grid, visit.start);
        const nextEnd = windowEdge(grid, next + 1n);
        if (visitEnd <= nextEnd) {
          if (summary.count > 0) yield { index, summary };
          index = next;
          end = nextEnd;
          summary = node.summary;
          continue;
        }
      }
    }
    if (node.children) {
      pushChildren(stack, visit);
      continue;
    }
    const last = rowAt(node.times, high);
    for (let row = rowAt(node.times, low); row < last; ) {
      const time = node.times[row] as bigint;
      if (time >= end) {
        if (summary.count > 0) yield { index, summary };
        index = windowAt(grid, time);
        end = windowEdge(grid, index + 1n);
        summary = emptySummary;
      }
      const next = rowAt(node.times, end, row + 1, last);
      summary = mergeSummaries(summary, summaryOf(node.values, row, next));
      row = next;
    }
  }
  if (summary.count > 0) yield { index, summary };
}

function nearestIn(node: Tree, start: bigint, span: number, time: bigint, backward: boolean): Point | undefined {
  if (node === undefined) return undefined;
  const end = start + (1n << BigInt(span));
  if (backward ? time <= start : time >= end) return undefined;
  if (node.children === undefined) {
    const row = rowAt(node.times, time) - (backward ? 1 : 0);
    const found = node.times[row];
    return found === undefined ? undefined : { time: found, value: node.values[row] as number };
  }
  const bits = BigInt(span - fanBits);
  const step = backward ? -1 : 1;
  const clamped = time < start ? start : time >= end ? end - 1n : time;
  for (let bucket = Number((clamped - start) >> bits); bucket >= 0 && bucket < node.children.length; bucket += step) {
    const found = nearestIn(node.children[bucket], start + (BigInt(bucket) << bits), span - fanBits, time, backward);
    if (found) return found;
  }
  return undefined;
}
