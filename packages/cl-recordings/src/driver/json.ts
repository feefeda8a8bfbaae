import { isTypedArray, type Json } from "@sonde/core/connector";
import { Complex, NdArray } from "@sonde/msgpack-numpy";
import { printValue } from "../print/value.js";

/** The most numbers of an array that metadata shows; longer ones are told by their length. */
const longest = 256;

/** A value as metadata: bytes and long arrays are told, not shown, keys that are no text are printed. */
export function toJson(value: unknown): Json {
  if (value === null || typeof value === "boolean" || typeof value === "number" || typeof value === "bigint" || typeof value === "string")
    return value;
  if (typeof value !== "object") return null;
  if (value instanceof Uint8Array) return `${value.length} bytes`;
  if (value instanceof Complex) return value.toString();
  if (value instanceof NdArray) return value.size > longest ? `array of shape ${value.shape.join(" × ")}` : toJson(value.toNested());
  if (isTypedArray(value)) return ofNumbers(value);
  if (Array.isArray(value) || value instanceof Set) return Array.from(value, toJson);
  if (value instanceof Map) return record([...value].map(([key, item]) => [typeof key === "string" ? key : printValue(key), item]));
  if ("kind" in value && value.kind === "blocked" && "reason" in value) return `blocked: ${String(value.reason)}`;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || prototype === Object.prototype ? record(Object.entries(value)) : String(value);
}

function ofNumbers(values: ArrayLike<number | bigint>): Json {
  return values.length > longest ? `${values.length} numbers` : Array.from(values);
}

function record(entries: readonly (readonly [string, unknown])[]): { readonly [key: string]: Json } {
  // fromEntries defines its properties, so that `__proto__` is a key like another.
  return Object.fromEntries(entries.map(([key, value]) => [key, toJson(value)]));
}
