import { arrowType, type Data, type Field } from "@sonde/core/connector";

type ArrowType = Field["type"];

/** Plain numbers, by the text of their Arrow type: how wide, and of what kind. */
const numeric: ReadonlyMap<string, { readonly bits: number; readonly kind: "signed" | "unsigned" | "float" }> = new Map([
  ["Int8", { bits: 8, kind: "signed" }],
  ["Int16", { bits: 16, kind: "signed" }],
  ["Int32", { bits: 32, kind: "signed" }],
  ["Int64", { bits: 64, kind: "signed" }],
  ["Uint8", { bits: 8, kind: "unsigned" }],
  ["Uint16", { bits: 16, kind: "unsigned" }],
  ["Uint32", { bits: 32, kind: "unsigned" }],
  ["Uint64", { bits: 64, kind: "unsigned" }],
  ["Float32", { bits: 32, kind: "float" }],
  ["Float64", { bits: 64, kind: "float" }],
]);

export function isNumber(type: ArrowType): boolean {
  return numeric.has(String(type));
}

/** The type that holds the values of both, where a topic's schema changed: a wider number, a double for a mix. Undefined: there is none. */
export function commonType(a: ArrowType, b: ArrowType): ArrowType | undefined {
  const [one, other] = [String(a), String(b)];
  if (one === other) return a;
  const [left, right] = [numeric.get(one), numeric.get(other)];
  if (left === undefined || right === undefined) return undefined;
  if (left.kind === "float" || right.kind === "float") return arrowType.float64();
  if (left.kind === right.kind) return left.bits >= right.bits ? a : b;
  const [signed, unsigned] = left.kind === "signed" ? [left, right] : [right, left];
  if (signed.bits > unsigned.bits) return left.kind === "signed" ? a : b;
  return unsigned.bits < 32 ? arrowType.int32() : unsigned.bits < 64 ? arrowType.int64() : arrowType.float64();
}

/** Whether values of `from` are values of `to` as well, or a double that stands for them. */
export function fits(from: ArrowType, to: ArrowType): boolean {
  const common = commonType(from, to);
  return common !== undefined && String(common) === String(to);
}

/** The numbers of a column in the array of a wider type; nulls are 0. */
export function widen(
  data: Data,
  to: ArrowType,
): Float64Array | BigInt64Array | BigUint64Array | Int32Array | Uint32Array | Int16Array | Uint16Array {
  const Values = to.ArrayType as unknown as { new (length: number): ReturnType<typeof widen> };
  const values = new Values(data.length);
  const wide = values instanceof BigInt64Array || values instanceof BigUint64Array;
  // Numbers by the caller's word, of a kind that `fits` has seen.
  for (let row = 0; row < data.length; row++) values[row] = (wide ? BigInt(data.values[row]) : Number(data.values[row])) as never;
  return values;
}
