import type { Attribute, DataType, FieldValues } from "@sonde/hdf5";
import { numpyArray, numpyScalar } from "../pickle/numpy.js";
import { type Blocked, readPickle } from "../pickle/read.js";
import type { PickleValue } from "../pickle/value.js";

/** An attribute as plain values: those of a pickle, and typed arrays of stored ones. */
export type AttributeValue = PickleValue | FieldValues | readonly boolean[] | Blocked;

const fullStop = 0x2e;

/**
 * What PyTables stored (its attributeset.py, `__getattr__` and `__setattr__`): text declared UTF-8 is text, a null dataspace is
 * empty text, a scalar declared ASCII that ends in a full stop may be a pickle, other ASCII scalars are bytes, bit fields are booleans.
 * What can't be read or was refused is a {@link Blocked} with its bytes.
 */
export function decodeAttribute(attribute: Attribute): AttributeValue {
  const { type, shape, bytes, value } = attribute;
  if (attribute.error !== undefined) return { kind: "blocked", reason: messageOf(attribute.error), bytes };
  if (shape === null) return type.kind === "string" ? "" : null;
  const scalar = shape.length === 0;
  if (type.kind === "string" && type.charset === "ascii" && !type.variable && scalar) return asciiScalar(bytes);
  if (type.kind === "bitfield" && type.bytes === 1) return scalar ? bytes[0] !== 0 : Array.from(bytes, (byte) => byte !== 0);
  const complex = complexType(type);
  if (complex !== undefined) return fromNumpy(complex, shape, bytes);
  if (value === undefined) return { kind: "blocked", reason: `its type, ${describeType(type)}, has no plain value`, bytes };
  if (typeof value === "bigint") return Number.isSafeInteger(Number(value)) ? Number(value) : value;
  const typestr = shape.length > 1 ? numberType(type) : undefined;
  return typestr === undefined ? value : fromNumpy(typestr, shape, bytes);
}

/** The value as PyTables means it, or undefined where it is no whole number: attributes of a recording that readers compute with. */
export function asInteger(value: AttributeValue | undefined): bigint | undefined {
  if (typeof value === "bigint") return value;
  return typeof value === "number" && Number.isSafeInteger(value) ? BigInt(value) : undefined;
}

/** Text, also where a writer declared it ASCII. */
export function asText(value: AttributeValue | undefined): string | undefined {
  if (value instanceof Uint8Array) return new TextDecoder().decode(value);
  return typeof value === "string" ? value : undefined;
}

/** A dictionary with text keys, or undefined. */
export function asDictionary(value: AttributeValue | undefined): { readonly [key: string]: PickleValue } | undefined {
  const plain = typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype && !isBlocked(value);
  // Of all values only dictionaries are plain objects, besides blocked ones.
  return plain ? (value as { readonly [key: string]: PickleValue }) : undefined;
}

export function isBlocked(value: unknown): value is Blocked {
  return (
    typeof value === "object" && value !== null && "kind" in value && value.kind === "blocked" && "bytes" in value && "reason" in value
  );
}

function asciiScalar(padded: Uint8Array): AttributeValue {
  let end = padded.length;
  while (end > 0 && padded[end - 1] === 0) end--;
  const bytes = padded.subarray(0, end);
  // PyTables leaves "0" and "0." alone: numeric strings of old files.
  const numeric = bytes[0] === 0x30 && (end === 1 || (end === 2 && bytes[1] === fullStop));
  if (bytes.at(-1) !== fullStop || numeric) return bytes;
  const pickle = readPickle(bytes);
  if (pickle === undefined) return bytes;
  return "value" in pickle ? pickle.value : pickle;
}

/** PyTables stores complex numbers as compounds of `r` and `i`. */
function complexType(type: DataType): string | undefined {
  if (type.kind !== "compound" || type.fields.length !== 2) return undefined;
  const [re, im] = type.fields;
  if (re?.name !== "r" || im?.name !== "i" || re.type.kind !== "float" || im.type.kind !== "float") return undefined;
  const width = re.type.bytes;
  const packed = re.offset === 0 && im.offset === width && im.type.bytes === width && type.bytes === 2 * width;
  return packed && (width === 4 || width === 8) ? `<c${type.bytes}` : undefined;
}

function numberType(type: DataType): string | undefined {
  if (type.kind === "integer") return `<${type.signed ? "i" : "u"}${type.bytes}`;
  return type.kind === "float" ? `<f${type.bytes}` : undefined;
}

function fromNumpy(typestr: string, shape: readonly number[], bytes: Uint8Array): AttributeValue {
  return shape.length === 0 ? numpyScalar(typestr, bytes) : numpyArray(typestr, shape, bytes);
}

function describeType(type: DataType): string {
  return type.kind === "unsupported" ? type.why : type.kind;
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
