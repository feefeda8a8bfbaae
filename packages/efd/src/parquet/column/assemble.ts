import { type Data, dataOf, type Field } from "@sonde/core/connector";
import { damaged, type Place } from "../damage.js";
import type { Shape } from "../schema/shape.js";
import { BytesSink, type FixedSink } from "../values/sink.js";
import type { Taken } from "./column-reader.js";
import { bytesData, fixedData } from "./values-data.js";

/** Entries of a leaf with their values, as either kind of column gathers them. */
export type TakenLeaf = Taken<FixedSink> | Taken<BytesSink>;

/**
 * The rows of a field as an Arrow column, out of the levels and values of its leaves (Dremel's record assembly, turned: offsets and
 * validity are counted from the levels of the first leaf below).
 */
export function assemble(shape: Shape, leaves: ReadonlyMap<number, TakenLeaf>, place: Place): Data {
  switch (shape.kind) {
    case "leaf":
      return leafData(shape, takenOf(shape, leaves), place);
    case "struct": {
      const { length, nullCount, validity } = slotsOf(shape, firstLeaf(shape, leaves));
      const children = shape.children.map((child) => assemble(child, leaves, place));
      if (children.some((child) => child.length !== length)) throw damaged(place, `columns of unequal length in '${shape.field.name}'`);
      return dataOf(shape.field.type, { length, ...nulls(shape.field, nullCount, validity), children });
    }
    case "list": {
      const levels = firstLeaf(shape, leaves);
      const { length, nullCount, validity } = slotsOf(shape, levels);
      const { offsets, elements } = offsetsOf(shape, length, levels);
      const child = assemble(shape.item, leaves, place);
      if (child.length !== elements)
        throw damaged(place, `${child.length} elements where ${elements} are counted in '${shape.field.name}'`);
      return dataOf(shape.field.type, { length, ...nulls(shape.field, nullCount, validity), offsets, children: [child] });
    }
  }
}

type Validity = { readonly length: number; readonly nullCount: number; readonly validity: Uint8Array | undefined };

function nulls(field: Field, nullCount: number, validity: Uint8Array | undefined): { nullCount: number; validity: Uint8Array | undefined } {
  // What may not be null can still lack a value where something around it is null.
  return field.nullable && nullCount > 0 ? { nullCount, validity } : { nullCount: 0, validity: undefined };
}

function leafData(shape: Shape & { readonly kind: "leaf" }, taken: TakenLeaf, place: Place): Data {
  const { definitions } = taken;
  const { field, leafType } = shape;
  const slots: Validity = definitions === undefined ? { length: taken.entries, nullCount: 0, validity: undefined } : slotsOf(shape, taken);
  const { length } = slots;
  const stated = nulls(field, slots.nullCount, slots.validity);
  if (field.type.typeId === NONE) return dataOf(field.type, { length, nullCount: length });
  if (taken.values instanceof BytesSink) return bytesData(leafType, taken.values, slots, stated, place);
  return fixedData(leafType, taken.values, slots, stated, place);
}

/** Arrow's number of the type of nothing but nulls. */
const NONE = 1;

/** How many slots there are at this node, and which of them are not null. */
function slotsOf(shape: Shape, { entries, definitions, repetitions }: TakenLeaf): Validity {
  const { repeated, reached, present } = shape;
  if (definitions === undefined && repetitions === undefined) return { length: entries, nullCount: 0, validity: undefined };
  const validity = new Uint8Array(((entries + 63) >> 6) << 3);
  let length = 0;
  let valid = 0;
  for (let entry = 0; entry < entries; entry++) {
    // In bounds: levels of every entry, where there are levels.
    if (repetitions !== undefined && (repetitions[entry] as number) > repeated) continue;
    const level = definitions === undefined ? present : (definitions[entry] as number);
    if (level < reached) continue;
    if (level >= present) {
      validity[length >> 3] = (validity[length >> 3] as number) | (1 << (length & 7));
      valid += 1;
    }
    length += 1;
  }
  return { length, nullCount: length - valid, validity: valid === length ? undefined : validity };
}

function offsetsOf(shape: Shape & { readonly kind: "list" }, length: number, { entries, definitions, repetitions }: TakenLeaf) {
  const { repeated, reached, element } = shape;
  const inner = shape.item.repeated;
  const offsets = new Int32Array(length + 1);
  let slot = 0;
  let elements = 0;
  for (let entry = 0; entry < entries; entry++) {
    // Below a list there are levels of both kinds, for every entry.
    const level = definitions?.[entry] as number;
    const repetition = repetitions?.[entry] as number;
    if (level < reached) continue;
    if (repetition <= repeated) {
      offsets[slot] = elements;
      slot += 1;
    }
    if (repetition <= inner && level >= element) elements += 1;
  }
  offsets[length] = elements;
  return { offsets, elements };
}

function firstLeaf(shape: Shape, leaves: ReadonlyMap<number, TakenLeaf>): TakenLeaf {
  let node = shape;
  // Groups without children are refused with the schema.
  while (node.kind !== "leaf") node = node.kind === "list" ? node.item : (node.children[0] as Shape);
  return takenOf(node, leaves);
}

function takenOf(shape: Shape & { readonly kind: "leaf" }, leaves: ReadonlyMap<number, TakenLeaf>): TakenLeaf {
  // All leaves of a field are taken together.
  return leaves.get(shape.leaf) as TakenLeaf;
}
