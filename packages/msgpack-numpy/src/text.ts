import { malformed } from "./errors.js";

/** Text of `bytes[start, end)`. */
export type ReadText = (bytes: Uint8Array, start: number, end: number) => string;

const strict = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const lenient = new TextDecoder("utf-8", { ignoreBOM: true });
/** Below this many bytes a loop over ASCII is faster than a call of TextDecoder. */
const short = 40;

export const textReader = (damage: "error" | "replace"): ReadText => (damage === "error" ? readStrict : readLenient);

function readStrict(bytes: Uint8Array, start: number, end: number): string {
  if (end - start < short) {
    const text = ascii(bytes, start, end);
    if (text !== undefined) return text;
  }
  try {
    return strict.decode(bytes.subarray(start, end));
  } catch (cause) {
    throw malformed('text that is not UTF-8: `utf8: "replace"` reads it with replacement characters', start, cause);
  }
}

function readLenient(bytes: Uint8Array, start: number, end: number): string {
  return (end - start < short ? ascii(bytes, start, end) : undefined) ?? lenient.decode(bytes.subarray(start, end));
}

/** Undefined where a byte is not ASCII. */
function ascii(bytes: Uint8Array, start: number, end: number): string | undefined {
  let text = "";
  for (let k = start; k < end; k++) {
    const byte = bytes[k] as number; // in bounds by the caller
    if (byte > 0x7f) return undefined;
    text += String.fromCharCode(byte);
  }
  return text;
}

const slots = 1024;
const longestKey = 24;
const keys: (string | undefined)[] = new Array<string | undefined>(slots).fill(undefined);

/**
 * ASCII keys repeat from map to map: the text of one seen lately is found again instead of made, and being the same string
 * it makes the property's lookup quick. Undefined where the key is long, new or not ASCII.
 */
export function knownKey(bytes: Uint8Array, start: number, end: number): string | undefined {
  const length = end - start;
  if (length > longestKey || length === 0) return undefined;
  const slot = slotOf(bytes, start, end);
  const key = keys[slot];
  if (key === undefined || key.length !== length) return undefined;
  for (let k = 0; k < length; k++) if (key.charCodeAt(k) !== bytes[start + k]) return undefined;
  return key;
}

/** Remembers an ASCII key for {@link knownKey}; it forgets another one of the same slot. */
export function rememberKey(key: string, bytes: Uint8Array, start: number, end: number): void {
  if (key.length === end - start && key.length <= longestKey && key.length > 0) keys[slotOf(bytes, start, end)] = key;
}

function slotOf(bytes: Uint8Array, start: number, end: number): number {
  let hash = end - start;
  for (let k = start; k < end; k++) hash = (Math.imul(hash, 31) + (bytes[k] as number)) | 0;
  return hash & (slots - 1);
}
