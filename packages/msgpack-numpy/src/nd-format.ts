/** Elements as NumPy writes them inside an array: numbers in columns, text in Python's quotes. */

import { Complex, complexText } from "./complex.js";
import type { Item, NdArray, Nested } from "./nd-array.js";
import { dateText, durationText } from "./nd-date.js";
import { exponential, formatFloats, shortest } from "./nd-float.js";

/** The words for the elements at these flat indices; how one is written depends on the others. */
export function formatItems(array: NdArray, flats: readonly number[], item: (flat: number) => Item): string[] {
  if (array.fields.size > 0) return records(array, flats);
  return words(array, flats.map(item));
}

function words(array: NdArray, items: readonly Item[]): string[] {
  const kind = kindOf(array);
  if (kind === "f") return formatFloats(items.map(Number), array.dtype, "");
  if (kind === "c") {
    const parts = items.map((value) => (value instanceof Complex ? value : new Complex(0, 0)));
    const part = partOf(array);
    const real = formatFloats(
      parts.map(({ re }) => re),
      part,
      "",
    );
    const imaginary = formatFloats(
      parts.map(({ im }) => im),
      part,
      "+",
    );
    return real.map((re, k) => {
      const im = imaginary[k] ?? "";
      const digits = im.trimEnd();
      return `${re}${digits}j${im.slice(digits.length)}`;
    });
  }
  const texts = items.map((value) => itemText(value, array, true));
  if (kind === "S" || kind === "U" || kind === "V") return texts;
  const width = Math.max(kind === "b" ? 5 : 0, ...texts.map((text) => text.length));
  return texts.map((text) => text.padStart(width));
}

function records(array: NdArray, flats: readonly number[]): string[] {
  const columns = [...array.fields.values()].map((column) => {
    const inner = column.shape.slice(array.shape.length);
    const width = inner.reduce((product, length) => product * length, 1);
    // Elements of a field's own array are formatted with those of the other rows shown.
    const all = flats.flatMap((flat) => Array.from({ length: width }, (_, k) => flat * width + k));
    const list = [...pick(column, all)];
    const texts = column.fields.size > 0 ? records(column, all) : words(column, list);
    return flats.map((_, row) => brackets(texts.slice(row * width, (row + 1) * width), inner));
  });
  return flats.map((_, row) => {
    const parts = columns.map((column) => column[row] ?? "");
    return `(${parts.join(", ")}${parts.length === 1 ? "," : ""})`;
  });
}

function* pick(array: NdArray, flats: readonly number[]): Generator<Item> {
  const { shape } = array;
  for (const flat of flats) {
    const indices: number[] = [];
    let rest = flat;
    for (const length of [...shape].reverse()) {
      indices.unshift(rest % length);
      rest = Math.floor(rest / length);
    }
    yield array.get(...indices);
  }
}

function brackets(texts: readonly string[], shape: readonly number[]): string {
  const [length, ...rest] = shape;
  if (length === undefined) return texts[0] ?? "";
  const width = texts.length / (length || 1);
  return `[${Array.from({ length }, (_, k) => brackets(texts.slice(k * width, (k + 1) * width), rest)).join(", ")}]`;
}

/** The type of a complex number's parts. */
const partOf = (array: NdArray): string => (array.dtype.endsWith("c8") ? "<f4" : "<f8");
const kindOf = (array: NdArray): string => (typeof array.descr === "string" ? array.descr.charAt(1) : "V");

/** The value of an array without dimensions, as Python's `str` has it. */
export function scalarText(value: Item, array: NdArray): string {
  return typeof value === "string" && kindOf(array) === "U" ? value : itemText(value, array, false);
}

function itemText(value: Item, array: NdArray, quoted: boolean): string {
  switch (typeof value) {
    case "boolean":
      return value ? "True" : "False";
    case "string":
      return kindOf(array) === "S" ? `b${quote(value, true)}` : quote(value, false);
    case "number":
      return kindOf(array) === "f" ? shortest(value, array.dtype) : String(value);
    case "bigint": {
      if (kindOf(array) === "m" && !quoted) return durationText(value, array.unit ?? "");
      if (kindOf(array) !== "M") return String(value);
      const text = dateText(value, array.unit ?? "");
      return quoted ? `'${text}'` : text;
    }
    default:
      break;
  }
  if (value === null) return quoted ? "'NaT'" : "NaT";
  if (value instanceof Complex) return complexText(value, (real) => exponential(real, partOf(array)));
  if (value instanceof Uint8Array)
    return `b'${Array.from(value, (byte) => `\\x${byte.toString(16).toUpperCase().padStart(2, "0")}`).join("")}'`;
  const parts = [...array.fields].map(([name, column]) => nestedText(value[name] ?? null, column));
  return `(${parts.join(", ")}${parts.length === 1 ? "," : ""})`;
}

const nestedText = (value: Nested, column: NdArray): string =>
  Array.isArray(value) ? `[${value.map((inner) => nestedText(inner, column)).join(", ")}]` : itemText(value, column, true);

const escapes: { readonly [character: string]: string } = { "\n": "\\n", "\r": "\\r", "\t": "\\t", "\\": "\\\\" };

/** Python's `repr` of text, or of bytes where `ascii`. */
function quote(text: string, ascii: boolean): string {
  const mark = text.includes("'") && !text.includes('"') ? '"' : "'";
  let result = mark;
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    if (character === mark) result += `\\${mark}`;
    else if (escapes[character] !== undefined) result += escapes[character];
    else if (code < 0x20 || code === 0x7f || (code > 0x7f && ascii)) result += `\\x${code.toString(16).padStart(2, "0")}`;
    else result += character;
  }
  return result + mark;
}
