import { Complex, Float, NdArray, type Nested } from "@sonde/msgpack-numpy";
import { setOwn } from "../event-model/own.js";

/** A value as JSON has it: NumPy's arrays and typed arrays as lists, complex numbers as text. With `floats`, numbers of float arrays are marked. */
export function plainOf(value: unknown, floats = false): unknown {
  if (typeof value !== "object" || value === null || value instanceof Float) return value;
  if (Array.isArray(value)) return value.map((item) => plainOf(item, floats));
  if (value instanceof NdArray) {
    const lists = nested(value.toNested());
    return floats && /^[<>=|]?f/.test(value.dtype) ? marked(lists) : plainOf(lists, floats);
  }
  if (value instanceof Complex) return value.toString();
  if (ArrayBuffer.isView(value) && !(value instanceof DataView)) return Array.from(value as unknown as ArrayLike<number | bigint>); // a typed array
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) return String(value);
  const result: Record<string, unknown> = {};
  for (const [key, item] of Object.entries(value)) setOwn(result, key, plainOf(item, floats));
  return result;
}

const marked = (value: unknown): unknown =>
  Array.isArray(value) ? value.map(marked) : typeof value === "number" ? new Float(value) : value;

const nested = (value: Nested): unknown => value;

/** JSON text as Python's `json` writes it: NaN and Infinity bare, whole numbers of any size, floats with a point. */
export function jsonText(value: unknown): string {
  if (value instanceof Float) return floatText(value.value);
  switch (typeof value) {
    case "number":
      return Number.isFinite(value) ? String(value) : floatText(value);
    case "bigint":
      return String(value);
    case "string":
      // ASCII only, as Python's default.
      return JSON.stringify(value).replace(/[\u007f-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
    case "boolean":
      return String(value);
    case "object":
      if (value === null) return "null";
      if (Array.isArray(value)) return `[${value.map(jsonText).join(", ")}]`;
      return `{${Object.entries(value)
        .map(([key, item]) => `${jsonText(key)}: ${jsonText(item)}`)
        .join(", ")}}`;
    default:
      return "null";
  }
}

function floatText(value: number): string {
  if (Number.isNaN(value)) return "NaN";
  if (!Number.isFinite(value)) return value > 0 ? "Infinity" : "-Infinity";
  const text = Object.is(value, -0) ? "-0" : String(value);
  return /[.e]/.test(text) ? text : `${text}.0`;
}
