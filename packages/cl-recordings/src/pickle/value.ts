import { Complex, type NdArray } from "@sonde/msgpack-numpy";
import type { NumpyArrayContent, PickleDict, PickleNode } from "./node.js";
import { inRowOrder, numpyArray, numpyScalar, typeString } from "./numpy.js";

/** What an attribute holds, as plain values. */
export type PickleValue =
  | null
  | boolean
  | number
  | bigint
  | string
  | Uint8Array
  | Complex
  | NdArray
  | readonly PickleValue[]
  | ReadonlySet<PickleValue>
  | ReadonlyMap<PickleValue, PickleValue>
  | { readonly [key: string]: PickleValue };

/**
 * Plain values: whole numbers as numbers where that is exact, else bigint; lists and tuples as arrays; dicts whose keys are
 * all text as objects (in which `__proto__` is a key like another), other dicts as `Map`.
 * What the pickle shares is shared.
 */
export function pickleValue(root: PickleNode): PickleValue {
  const made = new Map<PickleNode, PickleValue>();
  const convert = (node: PickleNode): PickleValue => {
    const known = made.get(node);
    if (known !== undefined) return known;
    const value = plain(node, convert);
    made.set(node, value);
    return value;
  };
  return convert(root);
}

function plain(node: PickleNode, convert: (node: PickleNode) => PickleValue): PickleValue {
  switch (node.kind) {
    case "none":
      return null;
    case "bool":
    case "float":
    case "text":
    case "bytes":
      return node.value;
    case "complex":
      return new Complex(node.re, node.im);
    case "int":
      return wholeNumber(node.value);
    case "list":
    case "tuple":
      return node.items.map(convert);
    case "set":
      return new Set(node.items.map(convert));
    case "dict":
      return dictionary(node, convert);
    case "numpy-scalar":
      return numpyScalar(typeString(node.dtype), node.bytes);
    case "numpy-array":
      return array(node.filled, convert);
    case "dtype":
    case "global":
      return null; // checkShape has refused them.
  }
}

function array(content: NumpyArrayContent | undefined, convert: (node: PickleNode) => PickleValue): PickleValue {
  // checkShape has refused arrays without their state.
  if (content === undefined) return null;
  if ("bytes" in content) return numpyArray(typeString(content.dtype), content.shape, inRowOrder(content));
  const nest = (items: readonly PickleNode[], [side, ...rest]: readonly number[]): PickleValue => {
    const [only] = items;
    if (side === undefined) return only === undefined ? null : convert(only);
    const width = items.length / (side || 1);
    return Array.from({ length: side }, (_, index) => nest(items.slice(index * width, (index + 1) * width), rest));
  };
  return nest(content.items, content.shape);
}

function wholeNumber(value: bigint): number | bigint {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}

function dictionary(node: PickleDict, convert: (node: PickleNode) => PickleValue): PickleValue {
  const entries = node.entries.map(([key, value]) => [convert(key), convert(value)] as const);
  // fromEntries defines its properties, so that `__proto__` is a key like another.
  return node.entries.every(([key]) => key.kind === "text") ? Object.fromEntries(entries) : new Map(entries);
}
