import { excessive, refused } from "./failure.js";
import type { PickleNode } from "./node.js";

/** What a pickle may come to. */
export type PickleLimits = {
  /** Opcodes executed. */
  readonly opcodes: number;
  /** Levels of nesting. */
  readonly depth: number;
  /** Nodes of the value as a tree: a memo lets a kilobyte of pickle name a value with 2^100 of them. */
  readonly nodes: number;
  /** Copied from what the memo shares. */
  readonly bytes: number;
};
export const pickleLimits: PickleLimits = { opcodes: 1_000_000, depth: 200, nodes: 1_000_000, bytes: 16_777_216 };

type Size = { readonly nodes: number; readonly height: number };

/** Refuses cycles, nesting past the limit, shared nodes that multiply, and names of functions left as values. */
export function checkShape(root: PickleNode, limits: PickleLimits): void {
  const known = new Map<PickleNode, Size>();
  const open = new Set<PickleNode>();
  const measure = (node: PickleNode, depth: number): Size => {
    const found = known.get(node);
    const height = found?.height ?? 0;
    if (depth + height > limits.depth) throw excessive("levels of nesting", depth + height, limits.depth);
    if (found !== undefined) return found;
    if (open.has(node)) throw refused("a value that contains itself");
    if (node.kind === "global" || node.kind === "dtype") throw refused("a name of Python where a value should be");
    if (node.kind === "numpy-array" && node.filled === undefined) throw refused("a numpy array without its bytes");
    open.add(node);
    let nodes = 1;
    let below = 0;
    for (const child of children(node)) {
      const size = measure(child, depth + 1);
      nodes += size.nodes;
      if (nodes > limits.nodes) throw excessive("values", nodes, limits.nodes);
      below = Math.max(below, size.height + 1);
    }
    open.delete(node);
    const size = { nodes, height: below };
    known.set(node, size);
    return size;
  };
  measure(root, 1);
}

function* children(node: PickleNode): Iterable<PickleNode> {
  if (node.kind === "dict") for (const pair of node.entries) yield* pair;
  else if (node.kind === "list" || node.kind === "tuple" || node.kind === "set") yield* node.items;
  else if (node.kind === "numpy-array" && node.filled !== undefined && "items" in node.filled) yield* node.filled.items;
}
