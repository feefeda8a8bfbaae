import { Dict, type Exact, Float, Int, NdArray, Str, type Value } from "@sonde/msgpack-numpy";

/** What a value can be as a cell of a column. */
export type Kind =
  | { readonly kind: "null" | "bool" | "float" | "text" }
  | { readonly kind: "int"; readonly least: bigint; readonly greatest: bigint }
  | { readonly kind: "array"; readonly dtype: string; readonly shape: readonly number[] };

const int64 = { least: -(2n ** 63n), greatest: 2n ** 63n - 1n };
const uint64 = { least: 0n, greatest: 2n ** 64n - 1n };

/** `exact` tells Python's 1.0 from 1, which as values are one number. Undefined: no cell of a plain column. */
export function kindOf(value: Value, exact: Exact): Kind | undefined {
  if (exact === null) return { kind: "null" };
  if (typeof exact === "boolean") return { kind: "bool" };
  if (exact instanceof Float) return { kind: "float" };
  if (exact instanceof Str) return { kind: "text" };
  if (exact instanceof Int) return integer(BigInt(exact.value));
  if (value instanceof NdArray) {
    const numeric = /^[<>|](b1|[iu][1248]|f[248])$/.test(value.dtype) && value.size > 0;
    return numeric ? { kind: "array", dtype: value.dtype, shape: value.shape } : undefined;
  }
  // NumPy's scalars.
  if (!(exact instanceof Dict)) return undefined;
  if (typeof value === "boolean") return { kind: "bool" };
  if (typeof value === "bigint") return integer(value);
  if (typeof value !== "number") return undefined;
  return /^[<>|=]?[iu]/.test(numpyType(exact)) ? integer(BigInt(value)) : { kind: "float" };
}

const integer = (value: bigint): Kind => ({ kind: "int", least: value, greatest: value });

/** The type string in the map that msgpack-numpy wrote. */
function numpyType(form: Dict): string {
  for (const [key, value] of form.entries) {
    const named = key !== null && typeof key === "object" && "bytes" in key && new TextDecoder().decode(key.bytes) === "type";
    if (named && value instanceof Str) return value.text;
  }
  return "";
}

/** A kind that holds both, or undefined. Whole numbers become floats beside floats as long as they stay exact. */
export function unite(a: Kind, b: Kind): Kind | undefined {
  if (a.kind === "array" || b.kind === "array") {
    const equal = a.kind === "array" && b.kind === "array" && a.dtype === b.dtype && a.shape.join() === b.shape.join();
    return equal ? a : undefined;
  }
  if (a.kind === "int" && b.kind === "int") {
    const kind: Kind = { kind: "int", least: lesser(a.least, b.least), greatest: -lesser(-a.greatest, -b.greatest) };
    return within(kind, int64) || within(kind, uint64) ? kind : undefined;
  }
  if (a.kind === b.kind) return a;
  const [whole, other] = a.kind === "int" ? [a, b] : [b, a];
  const exact = whole.kind === "int" && whole.least >= BigInt(Number.MIN_SAFE_INTEGER) && whole.greatest <= BigInt(Number.MAX_SAFE_INTEGER);
  return exact && other.kind === "float" ? other : undefined;
}

/** Whether whole numbers of this kind need the unsigned 64-bit type. */
export const isUnsigned = (kind: Kind): boolean => kind.kind === "int" && kind.greatest > int64.greatest;

function within(kind: Kind & { kind: "int" }, bounds: { readonly least: bigint; readonly greatest: bigint }): boolean {
  return kind.least >= bounds.least && kind.greatest <= bounds.greatest;
}

// Math.min takes no big integers.
function lesser(a: bigint, b: bigint): bigint {
  if (a < b) return a;
  return b;
}
