/**
 * The maps that msgpack-numpy writes, known by their keys, which are bytes: b"nd" with b"type", b"kind", b"shape" and b"data" for
 * arrays and scalars, b"complex" with b"data" for Python's complex. Source: msgpack-numpy 0.4.8, `encode` and `decode`.
 *
 * @module
 */

import { type Complex, parseComplex } from "./complex.js";
import type { Cursor } from "./cursor.js";
import { type Dtype, dtypeText, elements, objects, parseDtype, parseShape, safe, type Unreadable } from "./dtype.js";
import { malformed } from "./errors.js";
import { type Item, NdArray } from "./nd-array.js";
import { textIsText } from "./nd-text.js";
import { Opaque, type Value } from "./values.js";

/** Entries of a map whose keys were bytes, by {@link binName}. */
export type Form = Map<string, Value>;

const latin1 = new TextDecoder("latin1");

/** Bytes as text, one to one: equal keys give equal text. */
export function binName(key: Uint8Array): string {
  if (key.length > 16) return latin1.decode(key);
  let text = "";
  for (const byte of key) text += String.fromCharCode(byte);
  return text;
}

/** What the map stands for; undefined where it lacks the keys and is an ordinary map. Other keys are ignored, as in Python. */
export function numpyValue(form: Form, cursor: Cursor, offset: number): Value | undefined {
  const nd = form.get("nd");
  const type = form.get("type");
  const data = form.get("data");
  if (typeof nd === "boolean" && type !== undefined && data !== undefined) {
    const shape = form.get("shape");
    if (!nd) return scalar(type, data, offset);
    if (shape !== undefined) return array(type, form.get("kind"), shape, data, cursor, offset);
  }
  if (form.has("complex") && data !== undefined) return complex(data, offset);
  return undefined;
}

function array(type: Value, kind: Value | undefined, shape: Value, data: Value, cursor: Cursor, offset: number): Value {
  const bytes = dataBytes(data, offset);
  const letter = kind instanceof Uint8Array ? binName(kind) : kind;
  const dtype = letter === "O" ? objects : parseDtype(type, offset);
  if (dtype.kind === "unreadable") return opaque(dtype, type, bytes);
  return checked(dtype, parseShape(shape, offset), bytes.slice(), cursor, offset);
}

/** Refuses a length that is not the shape's; `bytes` belong to the array from here on. */
function checked(dtype: Dtype, shape: readonly number[], bytes: Uint8Array, cursor: Cursor, offset: number): NdArray {
  const count = elements(shape, offset);
  const length = safe(count * dtype.itemsize, offset);
  if (length !== bytes.length) {
    throw malformed(
      `a NumPy array of shape (${shape.join(", ")}) and type ${label(dtype)} takes ${length} bytes, not ${bytes.length}`,
      offset,
    );
  }
  // Elements that take no bytes, and rows that hold none, are bounded by nothing else.
  if (length === 0) cursor.grant(rows(shape));
  grantEmptyFields(dtype, count, cursor, offset);
  if (!textIsText(dtype, bytes)) throw malformed(`a NumPy array of type ${label(dtype)} holds what is no code point`, offset);
  return new NdArray(dtype, shape, bytes);
}

const rows = (shape: readonly number[]): number => shape.reduce((product, size) => product * (size || 1), 1);
const label = (dtype: Dtype): string => dtypeText(dtype).slice(0, 200);

function grantEmptyFields(dtype: Dtype, count: number, cursor: Cursor, offset: number): void {
  if (dtype.kind !== "struct") return;
  for (const { type, shape } of dtype.fields) {
    const inside = safe(count * rows(shape), offset);
    if (type.itemsize === 0 || shape.includes(0)) cursor.grant(inside);
    grantEmptyFields(type, inside, cursor, offset);
  }
}

/** As plain values are: a number where it is exact, else a bigint. Dates keep their unit as arrays of no dimension. */
function scalar(type: Value, data: Value, offset: number): Value {
  const bytes = dataBytes(data, offset);
  const dtype = parseDtype(type, offset);
  if (dtype.kind === "unreadable") return opaque(dtype, type, bytes);
  if (dtype.kind === "struct") throw malformed("a NumPy scalar has fields", offset);
  if (dtype.itemsize !== bytes.length) throw malformed(`a NumPy scalar of type ${dtype.text} has ${bytes.length} bytes`, offset);
  if (!textIsText(dtype, bytes)) throw malformed("a NumPy scalar holds what is no code point", offset);
  const array = new NdArray(dtype, [], bytes.slice());
  if (dtype.kind === "M" || dtype.kind === "m") return array;
  const item: Item = array.get();
  if (typeof item === "bigint") return Number.isSafeInteger(Number(item)) ? Number(item) : item;
  // Only structured types and dates have other items.
  return item as number | boolean | string | Uint8Array | Complex;
}

function complex(data: Value, offset: number): Complex {
  const text = data instanceof Uint8Array ? binName(data) : data;
  const value = typeof text === "string" ? parseComplex(text) : undefined;
  if (value === undefined) throw malformed("a complex number that is none", offset);
  return value;
}

function opaque({ reason }: Unreadable, type: Value, bytes: Uint8Array): Opaque {
  return new Opaque(reason, typeof type === "string" ? type.slice(0, 40) : "structured", bytes);
}

function dataBytes(data: Value, offset: number): Uint8Array {
  if (data instanceof Uint8Array) return data;
  throw malformed("the data of a NumPy value are not bytes", offset);
}
