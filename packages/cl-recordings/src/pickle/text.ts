import { malformed } from "./failure.js";

const backslash = 0x5c;
const escapeLengths = new Map([
  [0x75, 4],
  [0x55, 8],
]);

/** Latin-1 as a pickle means it: byte n is code point n (the web's "latin1" is windows-1252). */
export function latin1(bytes: Uint8Array): string {
  let text = "";
  for (let at = 0; at < bytes.length; at += 8192) text += String.fromCharCode(...bytes.subarray(at, at + 8192));
  return text;
}

/** Undefined where a character is above U+00FF. */
export function fromLatin1(text: string): Uint8Array | undefined {
  const bytes = new Uint8Array(text.length);
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code > 0xff) return undefined;
    bytes[index] = code;
  }
  return bytes;
}

/** Python's "raw-unicode-escape": latin-1 bytes in which only `\uXXXX` and `\UXXXXXXXX` are escapes. */
export function rawUnicodeEscape(bytes: Uint8Array, offset: number): string {
  let text = "";
  let plainFrom = 0;
  for (let at = 0; at < bytes.length; ) {
    if (bytes[at] !== backslash) {
      at++;
      continue;
    }
    const digits = escapeLengths.get(bytes[at + 1] ?? 0);
    if (digits === undefined) {
      at += 2;
      continue;
    }
    const hex = latin1(bytes.subarray(at + 2, at + 2 + digits));
    const codePoint = /^[0-9a-fA-F]+$/.test(hex) && hex.length === digits ? Number.parseInt(hex, 16) : Number.POSITIVE_INFINITY;
    if (codePoint > 0x10ffff) throw malformed("a broken \\u escape", offset + at);
    text += latin1(bytes.subarray(plainFrom, at)) + String.fromCodePoint(codePoint);
    at += 2 + digits;
    plainFrom = at;
  }
  return text + latin1(bytes.subarray(plainFrom));
}

const simpleEscapes = new Map([
  ["n", "\n"],
  ["r", "\r"],
  ["t", "\t"],
  ["\\", "\\"],
  ["'", "'"],
  ['"', '"'],
  ["a", "\x07"],
  ["b", "\b"],
  ["f", "\f"],
  ["v", "\v"],
]);

/** The operand of opcode `S`: a Python 2 string literal in quotes, with its backslash escapes. */
export function quoted(literal: string, offset: number): string {
  const quote = literal[0];
  if (literal.length < 2 || (quote !== "'" && quote !== '"') || !literal.endsWith(quote))
    throw malformed("a string without its quotes", offset);
  return literal.slice(1, -1).replace(/\\(x[0-9a-fA-F]{2}|[0-7]{1,3}|.|$)/g, (_all, written: string) => {
    if (/^x./.test(written)) return String.fromCharCode(Number.parseInt(written.slice(1), 16));
    if (/^[0-7]/.test(written)) return String.fromCharCode(Number.parseInt(written, 8) & 0xff);
    const character = simpleEscapes.get(written);
    if (character === undefined) throw malformed(`the escape \\${written}`, offset);
    return character;
  });
}

/** Text as stored by the binary opcodes: UTF-8, in which Python lets lone surrogates through and this doesn't. */
export function utf8(bytes: Uint8Array, offset: number): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    throw Object.assign(malformed("text that is not UTF-8", offset), { cause });
  }
}
