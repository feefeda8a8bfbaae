import { isNanos } from "./nanos.js";
import { refuse, shown } from "./refuse.js";
import type { Span } from "./types.js";

/** Longest first: a span's units come in this order, each once. A day is 24 hours; months and years have no fixed length. */
const units: ReadonlyMap<string, bigint> = new Map([
  ["w", 604_800_000_000_000n],
  ["d", 86_400_000_000_000n],
  ["h", 3_600_000_000_000n],
  ["m", 60_000_000_000n],
  ["s", 1_000_000_000n],
  ["ms", 1_000_000n],
  ["us", 1000n],
  ["µs", 1000n],
  ["μs", 1000n],
  ["ns", 1n],
]);
const longestText = 64;
const piece = /(\d+)(?:\.(\d+))?([a-zµμ]*)/y;

/**
 * The nanoseconds of a span, exactly: `"5s"`, `"1.5ms"`, `"2h"`, `"1h30m"`, `"250us"` or `"250µs"`, `"7d"`, `"2w"`.
 * Units descend and come once; only the last may have a fraction, and one finer than a nanosecond is refused, never rounded.
 * Negative spans pass only with `negative`. Errors are of code `options`.
 *
 * @example
 * ```ts
 * toSpan("1h30m"); // 5400000000000n
 * ```
 */
export function toSpan(span: Span, options: { readonly negative?: boolean | undefined } = {}): bigint {
  // JavaScript's callers are not held to `Span`.
  const value: unknown = span;
  if (typeof value === "number") {
    const text = Number.isSafeInteger(value) ? `${value}n (nanoseconds) or "${value}s"` : '"1.5s" or 1500000000n';
    throw refuse(`a plain number is ambiguous as a span: write it like ${text}`);
  }
  if (typeof value !== "bigint" && typeof value !== "string")
    throw refuse(`${shown(value)} is not a span: write "5s", "1h30m" or 5000000000n`);
  const nanos = typeof value === "bigint" ? value : readSpan(value);
  if (nanos < 0n && options.negative !== true) throw refuse(`the span ${shown(value)} is negative: write it without the minus sign`);
  if (!isNanos(nanos))
    throw refuse(`the span ${shown(value)} does not fit the nanoseconds of 64 bits (about 292 years): choose a shorter one`);
  return nanos;
}

function readSpan(text: string): bigint {
  if (text.length > longestText) fail(text, `it has more than ${longestText} characters`);
  const negative = text.startsWith("-");
  let at = negative ? 1 : 0;
  let total = 0n;
  let previous: bigint | undefined;
  let fraction = false;
  do {
    piece.lastIndex = at;
    const match = piece.exec(text);
    if (match === null) fail(text, at === text.length ? "it is empty" : "a number with a unit is expected");
    const [all, whole = "", decimals = "", name = ""] = match;
    const unit = units.get(name);
    if (unit === undefined) fail(text, name === "" ? `${all} has no unit` : `there is no unit "${name}"`);
    if (previous !== undefined && unit >= previous) fail(text, "its units do not descend");
    if (fraction) fail(text, "only the last unit may have a fraction");
    const parts = BigInt(decimals) * unit;
    const scale = 10n ** BigInt(decimals.length);
    if (parts % scale !== 0n) fail(text, "it is finer than a nanosecond, and Sonde does not round");
    total += BigInt(whole) * unit + parts / scale;
    fraction = decimals !== "";
    previous = unit;
    at += all.length;
  } while (at < text.length);
  return negative ? -total : total;
}

function fail(text: string, reason: string): never {
  throw refuse(`${shown(text)} is not a span: ${reason}; write it like "5s", "1.5ms" or "1h30m" with the units w, d, h, m, s, ms, us, ns`);
}

/**
 * A span for people, exact: "0s", "250ns", "1.234ms", "5s", "1h30m", "2d". {@link toSpan} reads it back to the same number.
 * Below a minute it is one unit with a fraction, from there days, hours, minutes and seconds.
 */
export function formatSpan(nanos: bigint): string {
  if (nanos < 0n) return `-${formatSpan(-nanos)}`;
  if (nanos === 0n) return "0s";
  if (nanos < 1000n) return `${nanos}ns`;
  if (nanos < 1_000_000n) return decimal(nanos, 3, "us");
  if (nanos < 1_000_000_000n) return decimal(nanos, 6, "ms");
  let text = "";
  for (const [name, unit] of longUnits) {
    if (nanos >= unit) text += `${nanos / unit}${name}`;
    nanos %= unit;
  }
  return nanos === 0n ? text : text + decimal(nanos, 9, "s");
}

const longUnits = [...units].filter(([name]) => name === "d" || name === "h" || name === "m");

/** `value / 10^digits` without trailing zeros. */
function decimal(value: bigint, digits: number, unit: string): string {
  const text = value.toString().padStart(digits + 1, "0");
  const fraction = text.slice(-digits).replace(/0+$/, "");
  return `${text.slice(0, -digits)}${fraction === "" ? "" : `.${fraction}`}${unit}`;
}
