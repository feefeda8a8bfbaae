import { arrowType, type DataType, type Field, fieldOf } from "@sonde/core/connector";
import type { Place } from "../damage.js";
import { type LeafType, leafType } from "./leaf-type.js";
import type { SchemaNode } from "./tree.js";

/** Where the slots of a column come from: an entry of a leaf's levels is a slot here when it repeats at most `repeated` and is defined to `reached`. */
type Slots = {
  readonly field: Field;
  /** How deep an entry may repeat and still begin a slot. */
  readonly repeated: number;
  /** The definition level below which an enclosing list has no element. */
  readonly reached: number;
  /** The slot is not null from this definition level on. */
  readonly present: number;
};
/** A field of the file as Arrow nests it: how the levels of its leaves become offsets and validity. */
export type Shape = Slots &
  (
    | { readonly kind: "leaf"; readonly leaf: number; readonly leafType: LeafType }
    | { readonly kind: "struct"; readonly children: readonly Shape[] }
    /** Lists and maps, whose `item` is the struct of key and value. An entry adds an element from `element` on. */
    | { readonly kind: "list"; readonly element: number; readonly item: Shape }
  );

type Context = { readonly repeated: number; readonly reached: number };
export type ShapeOptions = { readonly int96: "nanosecond" | "microsecond"; readonly place: Place };

/** The shape of a field, by LogicalTypes.md, "Nested Types", with the rules for lists and maps of older writers. */
export function shapeOf(node: SchemaNode, options: ShapeOptions, context: Context = { repeated: 0, reached: 0 }): Shape {
  if (node.repetition !== "REPEATED") return valueShape(node, node.repetition === "OPTIONAL", context, options);
  // Repeated without an annotation: a list that is never null.
  const item = valueShape(node, false, { repeated: node.repeated, reached: node.definition }, options);
  return listShape(node.element.name, arrowType.listOf(item.field), false, node.definition - 1, context, node, item);
}

function valueShape(node: SchemaNode, nullable: boolean, context: Context, options: ShapeOptions): Shape {
  const { element } = node;
  const { name } = element;
  const slots = { ...context, present: node.definition };
  if (node.leaf !== undefined) {
    const type = leafType(element, options.int96, options.place);
    return { kind: "leaf", leaf: node.leaf, leafType: type, field: fieldOf(name, type.type, {}, nullable), ...slots };
  }
  const annotation = element.logical_type?.type ?? element.converted_type;
  const [repeated] = node.children;
  if (node.children.length === 1 && repeated?.repetition === "REPEATED") {
    const inner = { repeated: repeated.repeated, reached: repeated.definition };
    if (annotation === "LIST") {
      const item = isElement(node, repeated)
        ? valueShape(repeated, false, inner, options)
        : // A group of one child, by the rule above.
          shapeOf(repeated.children[0] as SchemaNode, options, inner);
      return listShape(name, arrowType.listOf(item.field), nullable, node.definition, context, repeated, item);
    }
    if (annotation === "MAP" || annotation === "MAP_KEY_VALUE") {
      const [key, value] = repeated.children;
      if (repeated.children.length === 1 && key) {
        const item = shapeOf(key, options, inner);
        return listShape(name, arrowType.listOf(item.field), nullable, node.definition, context, repeated, item);
      }
      const item = valueShape(repeated, false, inner, options);
      // Arrow's keys are never null; where a file allows it, the map is what it is: a list of pairs.
      const isMap = repeated.children.length === 2 && key?.repetition === "REQUIRED" && value !== undefined;
      // Its type is a struct by its two children.
      const type = isMap ? arrowType.mapOf(item.field as Parameters<typeof arrowType.mapOf>[0]) : arrowType.listOf(item.field);
      return listShape(name, type, nullable, node.definition, context, repeated, item);
    }
  }
  const children = node.children.map((child) => shapeOf(child, options, context));
  const type = arrowType.struct(children.map(({ field }) => field));
  return { kind: "struct", children, field: fieldOf(name, type, {}, nullable), ...slots };
}

function listShape(
  name: string,
  type: DataType,
  nullable: boolean,
  present: number,
  context: Context,
  repeated: SchemaNode,
  item: Shape,
): Shape {
  return { kind: "list", element: repeated.definition, item, field: fieldOf(name, type, {}, nullable), ...context, present };
}

/** Whether the repeated node is the element itself (two levels) and not the group around it (three). */
function isElement(list: SchemaNode, repeated: SchemaNode): boolean {
  const { name, logical_type: logical, converted_type: converted } = repeated.element;
  const [child] = repeated.children;
  if (repeated.children.length !== 1 || child === undefined) return true;
  if (name === "array" || name === `${list.element.name}_tuple`) return true;
  const annotation = logical?.type ?? converted;
  return child.repetition === "REPEATED" || annotation === "LIST" || annotation === "MAP";
}

/** The column chunks that a field is made of, in the file's order. */
export function leavesOf(shape: Shape): readonly number[] {
  switch (shape.kind) {
    case "leaf":
      return [shape.leaf];
    case "list":
      return leavesOf(shape.item);
    case "struct":
      return shape.children.flatMap(leavesOf);
  }
}
