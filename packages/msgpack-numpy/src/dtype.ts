/**
 * NumPy's types as they are written: the array interface's type strings ("<f8"), and `dtype.descr` for structured ones.
 * Source: NumPy, "The array interface protocol", `typestr` and `descr`.
 *
 * @module
 */

import { malformed } from "./errors.js";

/** `dtype.descr`: a type string, or the fields of a structured type. A name that is empty is padding. */
export type Descr = string | readonly FieldDescr[];
export type FieldDescr = readonly [name: string, type: Descr, shape?: readonly number[]];

type ScalarKind = "b" | "i" | "u" | "f" | "c" | "S" | "U" | "V" | "M" | "m";

export interface ScalarType {
  readonly kind: ScalarKind;
  /** As written, with a byte order. */
  readonly text: string;
  /** Bytes of one element; 0 exists ("|S0"). */
  readonly itemsize: number;
  readonly bigEndian: boolean;
  /** Of M and m: "ns", "25s"; undefined for the generic unit. */
  readonly unit: string | undefined;
}

interface StructType {
  readonly kind: "struct";
  readonly fields: readonly Field[];
  readonly descr: readonly FieldDescr[];
  readonly itemsize: number;
}

interface Field {
  readonly name: string;
  readonly type: Dtype;
  /** Of the value in one element; empty where it is a single one. */
  readonly shape: readonly number[];
  /** From the start of the element. */
  readonly offset: number;
}

export type Dtype = ScalarType | StructType;
/** A type that is not read, and why. */
export interface Unreadable {
  readonly kind: "unreadable";
  readonly reason: string;
}

const sizes: { readonly [kind: string]: readonly number[] } = {
  b: [1],
  i: [1, 2, 4, 8],
  u: [1, 2, 4, 8],
  f: [2, 4, 8],
  c: [8, 16],
  M: [8],
  m: [8],
};
const text = /^([<>|=]?)([a-zA-Z?])(\d{0,15})(?:\[(\d{0,9}(?:Y|M|W|D|h|m|s|ms|us|ns|ps|fs|as)|generic)\])?$/;

export const objects: Unreadable = { kind: "unreadable", reason: "Python objects are written as a pickle, which is not read" };

const known = new Map<string, ScalarType>();
/** Streams repeat a few types; a message of many different ones must not fill the memory. */
const mostKnown = 256;

/** A type string; throws `format` where it is none, at `offset` of the message. */
function parseTypeString(typestr: string, offset: number): ScalarType | Unreadable {
  const seen = known.get(typestr);
  if (seen !== undefined) return seen;
  const type = readTypeString(typestr, offset);
  if (type.kind !== "unreadable" && known.size < mostKnown) known.set(typestr, type);
  return type;
}

function readTypeString(typestr: string, offset: number): ScalarType | Unreadable {
  const [, order = "", letter = "", digits = "", unit] = (typestr.length > 40 ? null : text.exec(typestr)) ?? [];
  const size = Number(digits);
  if (letter === "O") return objects;
  if (letter === "T") return { kind: "unreadable", reason: `"${typestr}" holds pointers of the machine that wrote it` };
  if ((letter === "f" || letter === "c" || letter === "g" || letter === "G") && size > (letter === "f" ? 8 : 16)) {
    return { kind: "unreadable", reason: `"${typestr}" is long double, which differs from machine to machine` };
  }
  const kind = letter === "a" ? "S" : letter;
  const dated = kind === "M" || kind === "m";
  if (!isScalarKind(kind) || (digits === "" && !dated) || (unit !== undefined && !dated)) {
    throw malformed(`${JSON.stringify(typestr.slice(0, 40))} is not a NumPy type`, offset);
  }
  const count = dated && digits === "" ? 8 : size;
  if (sizes[kind]?.includes(count) === false) throw malformed(`NumPy has no type "${typestr}"`, offset);
  const itemsize = kind === "U" ? count * 4 : count;
  const ordered = itemsize === 1 || kind === "S" || kind === "V" ? "|" : order === ">" ? ">" : "<";
  return {
    kind,
    text: `${ordered}${kind}${count}${dated && unit !== undefined && unit !== "generic" ? `[${unit}]` : ""}`,
    itemsize,
    bigEndian: order === ">",
    unit: unit === "generic" ? undefined : unit,
  };
}

function isScalarKind(kind: string): kind is ScalarKind {
  return kind.length === 1 && "biufcSUVMm".includes(kind);
}

/** Structured types inside structured types: each level multiplies the work that one element takes. */
const deepestType = 16;

/** A type as the message holds it: text, bytes (old writers), or the list of fields. Throws `format`. */
export function parseDtype(type: unknown, offset: number, depth = 0): Dtype | Unreadable {
  if (depth > deepestType) throw malformed(`the type of a NumPy array is nested more than ${deepestType} deep`, offset);
  const name = asText(type);
  if (name !== undefined) return parseTypeString(name, offset);
  if (!Array.isArray(type)) throw malformed("the type of a NumPy array is neither text nor a list of fields", offset);
  const fields: Field[] = [];
  const descr: FieldDescr[] = [];
  const names = new Set<string>();
  let itemsize = 0;
  for (const entry of type) {
    const field = parseField(entry, itemsize, offset, depth);
    if (field.type.kind === "unreadable") return field.type;
    itemsize = safe(itemsize + field.type.itemsize * elements(field.shape, offset), offset);
    const typeDescr = field.type.kind === "struct" ? field.type.descr : field.type.text;
    descr.push(field.shape.length === 0 ? [field.name, typeDescr] : [field.name, typeDescr, field.shape]);
    if (field.name === "") continue;
    if (names.has(field.name)) throw malformed(`two fields of a NumPy array are called ${JSON.stringify(field.name)}`, offset);
    names.add(field.name);
    // Narrowed above; a spread keeps that.
    fields.push({ ...field, type: field.type });
  }
  const only = type.length === 1 ? descr[0] : undefined;
  // Raw void arrays have one field without a name.
  if (only?.[0] === "" && only.length === 2 && typeof only[1] === "string") return parseTypeString(only[1], offset);
  return { kind: "struct", fields, descr, itemsize };
}

function parseField(
  entry: unknown,
  at: number,
  offset: number,
  depth: number,
): Omit<Field, "type"> & { readonly type: Dtype | Unreadable } {
  if (!Array.isArray(entry) || entry.length < 2 || entry.length > 3)
    throw malformed("a field of a NumPy array is not [name, type, shape]", offset);
  const [first, type, shape] = entry as readonly unknown[]; // Array.isArray gives any[]
  // A pair is a title and the name.
  const name = asText(Array.isArray(first) && first.length === 2 ? first[1] : first);
  if (name === undefined) throw malformed("a field of a NumPy array has a name that is no text", offset);
  return { name, type: parseDtype(type, offset, depth + 1), shape: shape === undefined ? [] : parseShape(shape, offset), offset: at };
}

/** NumPy's own bound. */
const mostDimensions = 64;

/** Lengths of the dimensions, each a safe integer. */
export function parseShape(shape: unknown, offset: number): readonly number[] {
  const lengths: readonly unknown[] = Array.isArray(shape) ? shape : [shape];
  if (lengths.length > mostDimensions)
    throw malformed(`a NumPy array of ${lengths.length} dimensions: ${mostDimensions} are possible`, offset);
  return lengths.map((length) => {
    if (typeof length !== "number" || !Number.isSafeInteger(length) || length < 0) {
      throw malformed(`a dimension of a NumPy array is ${String(length)}`.slice(0, 80), offset);
    }
    return length;
  });
}

/** The product of `shape`; throws `format` where it is no safe integer, also where only a later 0 would make it one. */
export function elements(shape: readonly number[], offset: number): number {
  let product = 1;
  let zero = false;
  for (const length of shape) {
    if (length === 0) zero = true;
    else product = safe(product * length, offset);
  }
  return zero ? 0 : product;
}

/** Products of two safe integers that are not one themselves stay above 2^53 when rounded, so the check can't miss. */
export function safe(value: number, offset: number): number {
  if (!Number.isSafeInteger(value)) throw malformed("a NumPy array is larger than any memory", offset);
  return value;
}

export function descrOf(type: Dtype): Descr {
  if (type.kind === "struct") return type.descr;
  return type.kind === "V" ? [["", type.text]] : type.text;
}

/** As NumPy prints `dtype.descr`. */
export function dtypeText(type: Dtype): string {
  return type.kind === "struct" ? describe(type.descr) : type.text;
}

function describe(descr: Descr): string {
  if (typeof descr === "string") return `'${descr}'`;
  const fields = descr.map(([name, type, shape]) => {
    const lengths = shape === undefined ? "" : `, (${shape.join(", ")}${shape.length === 1 ? "," : ""})`;
    return `('${name}', ${describe(type)}${lengths})`;
  });
  return `[${fields.join(", ")}]`;
}

function asText(value: unknown): string | undefined {
  if (typeof value === "string") return value;
  return value instanceof Uint8Array && value.length < 1000 ? new TextDecoder().decode(value) : undefined;
}
