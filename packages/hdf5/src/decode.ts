import { sondeError, turn } from "@sonde/core/bytes";
import type { DataType, FieldValues, NumericArray, StringType } from "./types.js";

/** What one value of a type is made of, array types taken apart: `f32[75]` is 75 floats. */
type Element = { readonly type: DataType; readonly perValue: number };

export function elementOf(type: DataType): Element {
  if (type.kind !== "array") return { type: type.kind === "enum" ? type.of : type, perValue: 1 };
  const inner = elementOf(type.of);
  return { type: inner.type, perValue: type.shape.reduce((product, length) => product * length, inner.perValue) };
}

/** Whether `read` gives numbers or bytes of such values. */
export const isNumeric = (type: DataType): boolean =>
  !["string", "compound", "variable-length", "unsupported"].includes(elementOf(type).type.kind);

/**
 * Numbers over bytes that are little endian and begin at an aligned offset; bytes themselves for what is no number.
 * A view, but for 2-byte floats, which no typed array of this runtime knows.
 */
export function numbersOver(type: DataType, bytes: Uint8Array): NumericArray {
  const element = elementOf(type).type;
  const { buffer, byteOffset } = bytes;
  const length = bytes.byteLength / Math.max(1, element.bytes);
  if (element.kind === "float") {
    if (element.bytes === 2) return halves(new Uint16Array(buffer, byteOffset, length));
    return element.bytes === 4 ? new Float32Array(buffer, byteOffset, length) : new Float64Array(buffer, byteOffset, length);
  }
  if (element.kind !== "integer" && element.kind !== "time") return bytes;
  const signed = element.kind === "time" || element.signed;
  switch (element.bytes) {
    case 1:
      return signed ? new Int8Array(buffer, byteOffset, length) : bytes;
    case 2:
      return signed ? new Int16Array(buffer, byteOffset, length) : new Uint16Array(buffer, byteOffset, length);
    case 4:
      return signed ? new Int32Array(buffer, byteOffset, length) : new Uint32Array(buffer, byteOffset, length);
    case 8:
      return signed ? new BigInt64Array(buffer, byteOffset, length) : new BigUint64Array(buffer, byteOffset, length);
    default:
      return bytes;
  }
}

/** IEEE 754 binary16, exactly: every half is a single. */
function halves(bits: Uint16Array): Float32Array {
  const out = new Float32Array(bits.length);
  for (let k = 0; k < bits.length; k++) {
    const half = bits[k] ?? 0;
    const exponent = (half >> 10) & 31;
    const mantissa = half & 1023;
    const sign = half & 0x8000 ? -1 : 1;
    if (exponent === 31) out[k] = mantissa === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
    else out[k] = sign * (exponent === 0 ? mantissa * 2 ** -24 : (1024 + mantissa) * 2 ** (exponent - 25));
  }
  return out;
}

/** One field of a table, packed. Rejects `unsupported` for what is not decoded. */
export async function fieldValues(type: DataType, bytes: Uint8Array, key: string, signal: AbortSignal | undefined): Promise<FieldValues> {
  const { type: element } = elementOf(type);
  if (element.kind === "string" && !element.variable) return fixedStrings(element, bytes, key, signal);
  if (element.kind === "unsupported")
    throw sondeError("unsupported", `${key} holds what is not decoded: ${element.why}`, { what: element.why });
  return isNumeric(type) ? numbersOver(type, bytes) : bytes;
}

/** Strings decoded between two looks at the clock. */
const stringsAtOnce = 1024;
const never = new AbortController().signal;

/** Of many strings, which would hold the event loop. */
export async function fixedStrings(type: StringType, bytes: Uint8Array, key: string, signal: AbortSignal = never): Promise<string[]> {
  const strings: string[] = [];
  const step = Math.max(1, type.bytes) * stringsAtOnce;
  for (let at = 0; at < bytes.length; at += step) {
    const wait = turn(signal);
    if (wait) await wait;
    for (const text of decodeStrings(type, bytes.subarray(at, at + step), key)) strings.push(text);
  }
  return strings;
}

export function decodeStrings(type: StringType, bytes: Uint8Array, key: string): string[] {
  const count = type.bytes === 0 ? 0 : bytes.length / type.bytes;
  return Array.from({ length: count }, (_, k) => textOf(unpadded(type, bytes.subarray(k * type.bytes, (k + 1) * type.bytes)), type, key));
}

function unpadded(type: StringType, bytes: Uint8Array): Uint8Array {
  if (type.padding === "null-terminated") {
    const end = bytes.indexOf(0);
    return end < 0 ? bytes : bytes.subarray(0, end);
  }
  const pad = type.padding === "null-padded" ? 0 : 32;
  let end = bytes.length;
  while (end > 0 && bytes[end - 1] === pad) end--;
  return bytes.subarray(0, end);
}

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Rejects `format` for text declared UTF-8 that is not; text declared ASCII is read as Latin-1, which loses no byte. */
export function textOf(bytes: Uint8Array, type: StringType, key: string): string {
  if (type.charset === "utf-8") {
    try {
      return utf8.decode(bytes);
    } catch (cause) {
      throw sondeError("format", `${key} holds text that is declared UTF-8 and is not: take its bytes()`, { key, cause });
    }
  }
  // TextDecoder's "latin1" is windows-1252, which differs from 0x80 to 0x9f.
  let text = "";
  for (let at = 0; at < bytes.length; at += 4096) text += String.fromCharCode(...bytes.subarray(at, at + 4096));
  return text;
}
