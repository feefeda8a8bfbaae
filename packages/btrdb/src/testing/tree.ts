import type { RawPoints } from "../wire/raw-points.js";
import { firstTime } from "./bounds.js";
import { type MergeRule, mergePoints, noPoints } from "./merge-points.js";
import { emptySummary, mergeSummaries, type Summary, summaryOf } from "./summary.js";

/**
 * Points by time: a tree of 64 buckets a node, whose ranges are powers of two, with the statistics of what is below in every node.
 * Nodes are never changed. An insert or a delete makes new ones along the paths that it touches and shares the rest, so that each
 * version stays readable, two versions differ only where their nodes do, and n new points cost O(n log n).
 */
export type Tree = TreeNode | undefined;
export type TreeNode = Leaf | Branch;
export type Leaf = RawPoints & { readonly summary: Summary; readonly children?: undefined };
export type Branch = { readonly summary: Summary; readonly children: readonly Tree[] };

/** 2^6 buckets a node. */
export const fanBits = 6;
const fan = 1 << fanBits;
/** The root spans 2^62 ns from {@link firstTime}. */
export const rootSpan = 62;
const leafLimit = 1024;

/** The lesser of the first row at or after `time` and `to`; times never descend. */
export function rowAt(times: BigInt64Array, time: bigint, from = 0, to = times.length): number {
  while (from < to) {
    const middle = (from + to) >>> 1;
    // In bounds: from <= middle < to <= length.
    if ((times[middle] as bigint) < time) from = middle + 1;
    else to = middle;
  }
  return from;
}

/** `points` must be ascending. The same tree where nothing changes. */
export function insertPoints(tree: Tree, points: RawPoints, rule: MergeRule): Tree {
  return insertInto(tree, firstTime, rootSpan, points, rule);
}

/** Without the points of [start, end). The same tree where there are none. */
export function deletePoints(tree: Tree, start: bigint, end: bigint): Tree {
  return deleteFrom(tree, firstTime, rootSpan, start, end);
}

/** `span` is the exponent of the node's range [start, start + 2^span). */
function insertInto(node: Tree, start: bigint, span: number, points: RawPoints, rule: MergeRule): Tree {
  if (points.times.length === 0) return node;
  if (node?.children === undefined) {
    const merged = mergePoints(node ?? noPoints, points, rule);
    return merged === node ? node : build(start, span, merged);
  }
  const children = node.children.slice();
  let changed = false;
  forBuckets(start, span, points, (bucket, bucketStart, part) => {
    const before = children[bucket];
    const after = insertInto(before, bucketStart, span - fanBits, part, rule);
    changed ||= after !== before;
    children[bucket] = after;
  });
  return changed ? branch(children) : node;
}

function build(start: bigint, span: number, points: RawPoints): TreeNode {
  // Below 2^2 ns a node could not be divided by 64; what is left are points of the same few instants.
  if (points.times.length <= leafLimit || span <= 2) return leaf(points);
  const children: Tree[] = Array(fan).fill(undefined);
  forBuckets(start, span, points, (bucket, bucketStart, part) => {
    children[bucket] = build(bucketStart, span - fanBits, part);
  });
  return branch(children);
}

function forBuckets(start: bigint, span: number, points: RawPoints, visit: (bucket: number, start: bigint, part: RawPoints) => void): void {
  const bits = BigInt(span - fanBits);
  const { times, values } = points;
  let row = 0;
  while (row < times.length) {
    const bucket = ((times[row] as bigint) - start) >> bits;
    const end = start + ((bucket + 1n) << bits);
    const next = (times[times.length - 1] as bigint) < end ? times.length : rowAt(times, end, row);
    visit(Number(bucket), start + (bucket << bits), { times: times.subarray(row, next), values: values.subarray(row, next) });
    row = next;
  }
}

function deleteFrom(node: Tree, nodeStart: bigint, span: number, start: bigint, end: bigint): Tree {
  if (node === undefined || end <= nodeStart || start >= nodeStart + (1n << BigInt(span))) return node;
  if (start <= nodeStart && end >= nodeStart + (1n << BigInt(span))) return undefined;
  if (node.children === undefined) {
    const { times, values } = node;
    const from = rowAt(times, start);
    const to = rowAt(times, end, from);
    if (from === to) return node;
    if (to - from === times.length) return undefined;
    return leaf({
      times: times.filter((_, row) => row < from || row >= to),
      values: values.filter((_, row) => row < from || row >= to),
    });
  }
  const bits = BigInt(span - fanBits);
  let changed = false;
  const children = node.children.map((child, bucket) => {
    const left = deleteFrom(child, nodeStart + (BigInt(bucket) << bits), span - fanBits, start, end);
    changed ||= left !== child;
    return left;
  });
  if (!changed) return node;
  return children.some((child) => child !== undefined) ? branch(children) : undefined;
}

/** Holds copies, so that a small leaf does not keep a large message alive. */
function leaf(points: RawPoints): Leaf {
  return { times: points.times.slice(), values: points.values.slice(), summary: summaryOf(points.values) };
}

function branch(children: readonly Tree[]): Branch {
  let summary = emptySummary;
  for (const child of children) if (child) summary = mergeSummaries(summary, child.summary);
  return { summary, children };
}
