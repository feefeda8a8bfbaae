import { excessive, malformed } from "./failure.js";

/** Python's own limit of digits in a whole number: beyond it parsing takes quadratic time. */
const maxDigits = 4300;

/** `-12`, `12L`. */
export function wholeNumber(word: string, offset: number): bigint {
  const digits = /^[+-]?(\d+)$/.exec(word)?.[1];
  if (digits === undefined) throw malformed(`"${word.slice(0, 40)}" for a whole number`, offset);
  if (digits.length > maxDigits) throw excessive("digits in a whole number", digits.length, maxDigits);
  // BigInt takes no "+".
  return BigInt(word.replace("+", ""));
}

const words = new Map([
  ["inf", Number.POSITIVE_INFINITY],
  ["+inf", Number.POSITIVE_INFINITY],
  ["-inf", Number.NEGATIVE_INFINITY],
  ["nan", Number.NaN],
  ["-nan", Number.NaN],
]);

/** `repr` of a Python float. */
export function floatingPoint(word: string, offset: number): number {
  const special = words.get(word);
  if (special !== undefined) return special;
  if (!/^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/.test(word)) throw malformed(`"${word.slice(0, 40)}" for a float`, offset);
  return Number(word);
}

/** Two's complement, least significant byte first; no bytes are 0. */
export function littleEndianInteger(bytes: Uint8Array): bigint {
  const maxBytes = 1792; // 4300 decimal digits
  if (bytes.length > maxBytes) throw excessive("bytes in a whole number", bytes.length, maxBytes);
  if (bytes.length === 0) return 0n;
  let hex = "";
  for (let index = bytes.length - 1; index >= 0; index--) hex += (bytes[index] ?? 0).toString(16).padStart(2, "0");
  return BigInt.asIntN(bytes.length * 8, BigInt(`0x${hex}`));
}
