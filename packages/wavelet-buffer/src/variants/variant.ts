import { refused } from "../errors.js";

/** Elements of each type of a variant. */
export interface VariantData {
  readonly bool: readonly boolean[];
  readonly int8: Int8Array;
  readonly uint8: Uint8Array;
  readonly int16: Int16Array;
  readonly uint16: Uint16Array;
  readonly int32: Int32Array;
  readonly uint32: Uint32Array;
  readonly int64: BigInt64Array;
  readonly uint64: BigUint64Array;
  readonly float32: Float32Array;
  readonly float64: Float64Array;
  readonly string: readonly string[];
  readonly none: readonly never[];
}

export type VariantType = keyof VariantData;

/** One typed value of DriftBytes: a scalar has shape [1], nothing (`none`) shape [0]. Elements are row-major. */
export type Variant = {
  [Type in VariantType]: { readonly type: Type; readonly shape: readonly number[]; readonly data: VariantData[Type] };
}[VariantType];

/** In the order of their numbers in the bytes. */
export const variantTypes: readonly VariantType[] = [
  ...(["bool", "int8", "uint8", "int16", "uint16", "int32", "uint32", "int64", "uint64", "float32", "float64"] as const),
  ...(["string", "none"] as const),
];

/** The typed arrays of the numeric types. */
export const numericArrays = {
  int8: Int8Array,
  uint8: Uint8Array,
  int16: Int16Array,
  uint16: Uint16Array,
  int32: Int32Array,
  uint32: Uint32Array,
  int64: BigInt64Array,
  uint64: BigUint64Array,
  float32: Float32Array,
  float64: Float64Array,
} as const;

export type NumericType = keyof typeof numericArrays;
export type NumericArray = VariantData[NumericType];

/** What a variant is made of: scalars, lists of one kind, typed arrays. */
export type VariantInput = null | boolean | number | bigint | string | readonly boolean[] | readonly string[] | NumericArray;

/**
 * A variant of a plain value: `null` is `none`, a number `float64`, a bigint `int64`; what has another type comes as a typed array.
 * `shape` is `[length]` where it is left out. Throws `options` for a list of nothing and for a shape of another size.
 *
 * @example
 * ```ts
 * encodeBytes([variant(true), variant(1n), variant("text"), variant(Float32Array.of(1, 2, 3, 4), [2, 2])]);
 * ```
 */
export function variant(value: VariantInput, shape?: readonly number[]): Variant {
  const made = plain(value);
  if (shape === undefined) return made;
  const size = shape.reduce((product, side) => product * side, 1);
  if (!shape.every((side) => Number.isSafeInteger(side) && side >= 0) || size !== made.data.length) {
    throw refused("shape", `is [${shape.join(", ")}] for ${made.data.length} elements`);
  }
  return { ...made, shape: [...shape] };
}

function plain(value: VariantInput): Variant {
  if (value === null) return { type: "none", shape: [0], data: [] };
  if (typeof value === "boolean") return { type: "bool", shape: [1], data: [value] };
  if (typeof value === "number") return { type: "float64", shape: [1], data: Float64Array.of(value) };
  if (typeof value === "bigint") {
    if (BigInt.asIntN(64, value) !== value) throw refused("value", `${value} takes more than 64 bits`);
    return { type: "int64", shape: [1], data: BigInt64Array.of(value) };
  }
  if (typeof value === "string") return { type: "string", shape: [1], data: [value] };
  for (const [type, array] of Object.entries(numericArrays)) {
    // The class and its name are of one entry, which `Object.entries` doesn't tell the type checker.
    if (value instanceof array) return { type, shape: [value.length], data: value } as Variant;
  }
  const shape = [value.length];
  if (isListOf(value, "boolean")) return { type: "bool", shape, data: value };
  if (isListOf(value, "string")) return { type: "string", shape, data: value };
  throw refused("value", "is no list of booleans or of text, and no typed array: its type can't be told");
}

function isListOf(value: unknown, kind: "boolean"): value is readonly boolean[];
function isListOf(value: unknown, kind: "string"): value is readonly string[];
function isListOf(value: unknown, kind: string): boolean {
  return Array.isArray(value) && value.length > 0 && value.every((item) => typeof item === kind);
}

/** What a variant of shape [1] holds, `null` of `none`, else all elements in one row. */
export function variantValue({ type, shape, data }: Variant): null | boolean | number | bigint | string | Variant["data"] {
  if (type === "none") return null;
  return shape.length === 1 && shape[0] === 1 ? (data[0] ?? null) : data;
}
