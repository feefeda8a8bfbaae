import { sondeError } from "@sonde/core/connector";

/** What an attribute can hold: what Python's pickle calls None, bool, int, float, str, bytes, list and dict. */
export type Picklable =
  | null
  | boolean
  | number
  | bigint
  | string
  | Uint8Array
  | readonly Picklable[]
  | { readonly [key: string]: Picklable }
  | ReadonlyMap<Picklable, Picklable>;

/** Deeper than any attribute; a cycle ends here too. */
const DEEPEST = 100;

/**
 * A value as Python pickles it with protocol 0, which is how PyTables stores what HDF5 has no type for. Whole numbers become
 * int, others float. Opcodes: Python's `pickletools.py`; text is raw-unicode-escape.
 */
export function writePickle(value: Picklable): Uint8Array<ArrayBuffer> {
  const text = `${opcodes(value, 0)}.`;
  // Every character is below U+0100 by now: one byte each.
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}

function opcodes(value: Picklable, depth: number): string {
  if (depth > DEEPEST) {
    throw sondeError("limit", `an attribute is nested deeper than ${DEEPEST}: is it a cycle?`, {
      what: "nesting",
      asked: depth,
      allowed: DEEPEST,
    });
  }
  if (value === null) return "N";
  if (typeof value === "boolean") return value ? "I01\n" : "I00\n";
  if (typeof value === "bigint") return `L${value}L\n`;
  if (typeof value === "number") return number(value);
  if (typeof value === "string") return `V${escaped(value)}\n`;
  if (value instanceof Uint8Array) return `c_codecs\nencode\n(V${escaped(latin1(value))}\nVlatin1\ntR`;
  if (Array.isArray(value)) return `(l${value.map((item) => `${opcodes(item, depth + 1)}a`).join("")}`;
  if (value instanceof Map || isPlainObject(value)) {
    const entries = value instanceof Map ? [...value] : Object.entries(value);
    return `(d${entries.map(([key, item]) => `${opcodes(key, depth + 1)}${opcodes(item, depth + 1)}s`).join("")}`;
  }
  // JavaScript's callers are not held to `Picklable`.
  const what: unknown = value;
  const name = typeof what === "object" ? (what?.constructor?.name ?? "object") : typeof what;
  throw sondeError(
    "options",
    `an attribute can't hold a value of kind ${name}: use null, booleans, numbers, bigints, text, bytes, lists, Maps or plain objects`,
    {},
  );
}

/** Arrays of numbers, dates and objects of classes would lose what they are. */
function isPlainObject(value: unknown): value is { readonly [key: string]: Picklable } {
  if (typeof value !== "object" || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || prototype === Object.prototype;
}

function latin1(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(byte);
  return text;
}

function number(value: number): string {
  if (Number.isSafeInteger(value) && !Object.is(value, -0)) return `I${value}\n`;
  if (Number.isNaN(value)) return "Fnan\n";
  if (!Number.isFinite(value)) return value > 0 ? "Finf\n" : "F-inf\n";
  // Both languages print the shortest text that reads back as the same double.
  return `F${Object.is(value, -0) ? "-0.0" : value}\n`;
}

/** Latin-1 stays; the backslash, what ends a line, and all beyond U+00FF are escaped. */
function escaped(text: string): string {
  let out = "";
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    const plain = code < 0x100 && code !== 0x5c && code !== 0x0a && code !== 0x0d && code !== 0x00 && code !== 0x1a;
    if (plain) out += character;
    else out += code > 0xffff ? `\\U${code.toString(16).padStart(8, "0")}` : `\\u${code.toString(16).padStart(4, "0")}`;
  }
  return out;
}
