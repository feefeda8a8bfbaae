import { sondeError } from "@sonde/core/bytes";

/** A JSON value whose integers kept their digits: a bigint where a number would lose some. Objects have no prototype. */
export type ExactJson = null | boolean | number | bigint | string | readonly ExactJson[] | { readonly [key: string]: ExactJson };

const DEEPEST = 32;
const LITERALS: readonly (readonly [text: string, value: null | boolean])[] = [
  ["null", null],
  ["true", true],
  ["false", false],
];

/**
 * Parses JSON (RFC 8259). `JSON.parse` rounds the nanoseconds of a time to a multiple of 256, and Node 20 does not show it the text.
 * Throws `format` with `key` and the offset, never showing the text.
 */
export function parseExactJson(text: string, what: string, key = what): ExactJson {
  let at = 0;

  const damaged = () => sondeError("format", `${what} is damaged at character ${at}: no JSON`, { key, offset: at });

  const skip = (): number => {
    let code = text.charCodeAt(at);
    while (code === 32 || code === 10 || code === 13 || code === 9) code = text.charCodeAt(++at);
    return code;
  };

  const string = (): string => {
    const from = at++;
    for (;;) {
      const code = text.charCodeAt(at);
      if (code === 34) break;
      // NaN past the end.
      if (!(code >= 32)) throw damaged();
      if (code === 92) return escaped(from);
      at++;
    }
    return text.slice(from + 1, at++);
  };
  /** With escapes: the platform's parser knows them. */
  const escaped = (from: number): string => {
    for (let code = text.charCodeAt(at); code !== 34; code = text.charCodeAt(at)) {
      if (!(code >= 32)) throw damaged();
      at += code === 92 ? 2 : 1;
    }
    at++;
    try {
      // A string literal gives a string.
      return JSON.parse(text.slice(from, at)) as string;
    } catch {
      throw damaged();
    }
  };

  const digits = (): void => {
    const from = at;
    for (let code = text.charCodeAt(at); code >= 48 && code <= 57; code = text.charCodeAt(at)) at++;
    if (at === from) throw damaged();
  };
  const number = (): number | bigint => {
    const from = at;
    if (text.charCodeAt(at) === 45) at++;
    const first = at;
    digits();
    if (text.charCodeAt(first) === 48 && at > first + 1) throw damaged();
    const end = at;
    if (text.charCodeAt(at) === 46) {
      at++;
      digits();
    }
    if ((text.charCodeAt(at) | 32) === 101) {
      at++;
      const sign = text.charCodeAt(at);
      if (sign === 43 || sign === 45) at++;
      digits();
    }
    const literal = text.slice(from, at);
    // Fifteen digits always fit, and seventeen never.
    if (at > end || end - first < 16) return Number(literal);
    const value = end - first === 16 ? Number(literal) : Number.NaN;
    return Number.isSafeInteger(value) ? value : BigInt(literal);
  };

  const value = (depth: number): ExactJson => {
    if (depth > DEEPEST) throw damaged();
    const code = skip();
    if (code === 34) return string();
    if (code === 91) return list(depth);
    if (code === 123) return object(depth);
    if (code === 45 || (code >= 48 && code <= 57)) return number();
    for (const [literal, meant] of LITERALS) {
      if (!text.startsWith(literal, at)) continue;
      at += literal.length;
      return meant;
    }
    throw damaged();
  };

  const list = (depth: number): readonly ExactJson[] => {
    const items: ExactJson[] = [];
    at++;
    if (skip() === 93) {
      at++;
      return items;
    }
    for (;;) {
      items.push(value(depth + 1));
      const code = skip();
      at++;
      if (code === 93) return items;
      if (code !== 44) throw damaged();
    }
  };

  const object = (depth: number): ExactJson => {
    // Without a prototype, so that a key `__proto__` is a key.
    const members: { [key: string]: ExactJson } = Object.create(null);
    at++;
    if (skip() === 125) {
      at++;
      return members;
    }
    for (;;) {
      if (skip() !== 34) throw damaged();
      const key = string();
      if (skip() !== 58) throw damaged();
      at++;
      members[key] = value(depth + 1);
      const code = skip();
      at++;
      if (code === 125) return members;
      if (code !== 44) throw damaged();
    }
  };

  const result = value(0);
  skip();
  if (at < text.length) throw damaged();
  return result;
}

export function isObject(value: ExactJson | undefined): value is { readonly [key: string]: ExactJson } {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
