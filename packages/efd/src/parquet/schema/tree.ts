import type { Limiter } from "@sonde/core/bytes";
import type { SchemaElement } from "hyparquet";
import { damaged, type Place } from "../damage.js";

/** A node of Parquet's schema, with the levels at which it is there (Parquet's README, "Nested Encoding"). */
export type SchemaNode = {
  readonly element: SchemaElement;
  readonly path: readonly string[];
  readonly repetition: "REQUIRED" | "OPTIONAL" | "REPEATED";
  readonly children: readonly SchemaNode[];
  /** A value of this node is there where the definition level is at least this. */
  readonly definition: number;
  /** How many repeated nodes there are from the root to this one, with it. */
  readonly repeated: number;
  /** The number of the column chunk that holds it; undefined of groups. */
  readonly leaf: number | undefined;
};

/** The root's children out of the flattened list, and all leaves in their order. Rejects `format` where the counts of children do not add up. */
export function schemaTree(
  elements: readonly SchemaElement[],
  limiter: Limiter,
  place: Place,
): { readonly roots: readonly SchemaNode[]; readonly leaves: readonly SchemaNode[] } {
  const leaves: SchemaNode[] = [];
  let next = 1;

  const childrenOf = (count: number, parent: Pick<SchemaNode, "path" | "definition" | "repeated">, depth: number): SchemaNode[] => {
    limiter.depth(depth, `the schema of ${place.key}`);
    if (count < 0 || count > elements.length - next) throw damaged(place, `a group of ${count} columns in the schema`);
    return Array.from({ length: count }, () => node(parent, depth));
  };

  const node = (parent: Pick<SchemaNode, "path" | "definition" | "repeated">, depth: number): SchemaNode => {
    const element = elements[next++];
    if (element === undefined) throw damaged(place, "a schema that ends too early");
    const path = [...parent.path, element.name];
    // Only the root has none.
    const repetition = element.repetition_type;
    if (repetition === undefined) throw damaged(place, `column '${path.join(".")}' is neither required, optional nor repeated`);
    const levels = {
      path,
      definition: parent.definition + (repetition === "REQUIRED" ? 0 : 1),
      repeated: parent.repeated + (repetition === "REPEATED" ? 1 : 0),
    };
    const group = element.num_children ?? 0;
    if (element.type === undefined && group === 0) throw damaged(place, `column '${path.join(".")}' has no known type`);
    if (element.type !== undefined && group > 0) throw damaged(place, `column '${path.join(".")}' is both a value and a group`);
    const children = childrenOf(group, levels, depth + 1);
    const made: SchemaNode = { element, repetition, children, ...levels, leaf: group === 0 ? leaves.length : undefined };
    if (group === 0) leaves.push(made);
    return made;
  };

  const [root] = elements;
  if (root === undefined || root.name === undefined) throw damaged(place, "a file without a schema");
  const roots = childrenOf(root.num_children ?? 0, { path: [], definition: 0, repeated: 0 }, 1);
  if (next !== elements.length) throw damaged(place, `a schema of ${elements.length} elements, of which ${next} belong to the tree`);
  return { roots, leaves };
}
