import { sondeError } from "@sonde/core/bytes";

export type Kwargs = Readonly<Record<string, unknown>>;

/** A count or index out of a document, which may have travelled as a float or a 64-bit integer. Rejects `format`. */
export function wholeNumber(kwargs: Kwargs, name: string, key: string, fallback?: number): number {
  const value = own(kwargs, name) ?? fallback;
  const number = typeof value === "bigint" ? Number(value) : value;
  if (typeof number === "number" && Number.isSafeInteger(number) && number >= 0) return number;
  throw wrong(key, `${name} is ${shown(value)}, where a whole number from 0 on belongs`);
}

export function optionalWholeNumber(kwargs: Kwargs, name: string, key: string): number | undefined {
  return own(kwargs, name) === undefined ? undefined : wholeNumber(kwargs, name, key);
}

/** From 1 on, and no more than a run can have in one event. */
export function framesPerPoint(kwargs: Kwargs, key: string): number {
  const frames = wholeNumber(kwargs, "frame_per_point", key, 1);
  if (frames < 1 || frames > 1_000_000) throw wrong(key, `frame_per_point is ${frames}`);
  return frames;
}

export function text(kwargs: Kwargs, name: string, key: string, fallback?: string): string {
  const value = own(kwargs, name) ?? fallback;
  if (typeof value === "string") return value;
  throw wrong(key, `${name} is ${shown(value)}, where text belongs`);
}

/** Whole numbers from 1 on: a shape of chunks. Undefined where there is none. */
export function lengths(kwargs: Kwargs, name: string, key: string): readonly number[] | undefined {
  const value = own(kwargs, name);
  if (value === undefined) return undefined;
  if (Array.isArray(value) && value.length <= 32) {
    const numbers = value.map(Number);
    if (numbers.every((number) => Number.isSafeInteger(number) && number >= 1)) return numbers;
  }
  throw wrong(key, `${name} is ${shown(value)}, where lengths belong`);
}

/** Undefined for null too, as Python's `None` travels; what `__proto__` inherits is no keyword. */
function own(kwargs: Kwargs, name: string): unknown {
  return Object.hasOwn(kwargs, name) ? (kwargs[name] ?? undefined) : undefined;
}

function shown(value: unknown): string {
  return value === undefined ? "missing" : String(typeof value === "object" ? typeof value : JSON.stringify(String(value).slice(0, 80)));
}

function wrong(key: string, problem: string) {
  return sondeError("format", `${key}: ${problem}: the document is damaged or of another kind of detector`, { key });
}
