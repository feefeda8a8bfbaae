import { sondeError } from "@sonde/core/bytes";
import { setOwn } from "../../event-model/own.js";

/** What JSON.parse would refuse or round: Python's bare NaN and Infinity, and whole numbers of sixteen digits or more. */
const special = /NaN|Infinity|(?<![\d.])\d{16,}(?![\d.eE])/;
const deepest = 200;

/**
 * JSON as Python's `json` writes it: NaN, Infinity and -Infinity are numbers, whole numbers beyond 2^53 are bigints, `__proto__` is a key. Throws
 * `format` with the offset (in characters) of what is none.
 */
export function parseJson(text: string): unknown {
  if (!special.test(text)) {
    try {
      // Defines `__proto__` as an own key, as ours does.
      return JSON.parse(text);
    } catch {
      // Ours says where.
    }
  }
  const parser = new JsonParser(text);
  const value = parser.value(0);
  parser.end();
  return value;
}

/** A step through JSON text: values one at a time, so that a list can be read piece by piece. */
export class JsonParser {
  readonly #text: string;
  at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  end(): void {
    this.space();
    if (this.at < this.#text.length) throw this.fail("something follows the value");
  }

  /** The next character that is no space, without taking it; empty at the end. */
  space(): string {
    for (;;) {
      const code = this.#text.charCodeAt(this.at);
      if (code !== 32 && code !== 10 && code !== 13 && code !== 9) break;
      this.at++;
    }
    return this.#text.charAt(this.at);
  }

  value(depth: number): unknown {
    if (depth > deepest) throw this.fail(`more than ${deepest} levels of nesting`);
    const first = this.space();
    switch (first) {
      case "{":
        return this.#object(depth);
      case "[":
        return this.#array(depth);
      case '"':
        return this.string();
      case "t":
        return this.#word("true", true);
      case "f":
        return this.#word("false", false);
      case "n":
        return this.#word("null", null);
      case "N":
        return this.#word("NaN", Number.NaN);
      case "I":
        return this.#word("Infinity", Number.POSITIVE_INFINITY);
      default:
        return this.#number();
    }
  }

  string(): string {
    const text = this.#text;
    const start = this.at;
    for (let at = start + 1; ; ) {
      const quote = text.indexOf('"', at);
      if (quote < 0) throw this.fail("text without an end");
      let slashes = 0;
      while (text.charCodeAt(quote - 1 - slashes) === 92) slashes++;
      at = quote + 1;
      if (slashes % 2 === 1) continue;
      this.at = at;
      const written = text.slice(start, at);
      if (!written.includes("\\") && !control.test(written)) return written.slice(1, -1);
      try {
        return String(JSON.parse(written));
      } catch {
        this.at = start;
        throw this.fail("text with a broken escape");
      }
    }
  }

  fail(reason: string): Error {
    return sondeError("format", `${reason} at character ${this.at} of a JSON text`, { offset: this.at });
  }

  #object(depth: number): Record<string, unknown> {
    const object: Record<string, unknown> = {};
    this.at++;
    if (this.space() === "}") {
      this.at++;
      return object;
    }
    for (;;) {
      if (this.space() !== '"') throw this.fail("no key where one must be");
      const key = this.string();
      if (this.space() !== ":") throw this.fail("no ':' after a key");
      this.at++;
      setOwn(object, key, this.value(depth + 1));
      if (this.#more("}")) return object;
    }
  }

  #array(depth: number): unknown[] {
    const array: unknown[] = [];
    this.at++;
    if (this.space() === "]") {
      this.at++;
      return array;
    }
    for (;;) {
      array.push(this.value(depth + 1));
      if (this.#more("]")) return array;
    }
  }

  /** Takes a comma, or the end, which it says. */
  #more(end: string): boolean {
    const next = this.space();
    if (next !== "," && next !== end) throw this.fail(`neither ',' nor '${end}'`);
    this.at++;
    return next === end;
  }

  #word<T>(word: string, value: T): T {
    if (!this.#text.startsWith(word, this.at)) throw this.fail("no value");
    this.at += word.length;
    return value;
  }

  #number(): number | bigint {
    numeral.lastIndex = this.at;
    const [written] = numeral.exec(this.#text) ?? [];
    if (written === undefined) {
      if (this.#text.startsWith("-Infinity", this.at)) return this.#word("-Infinity", Number.NEGATIVE_INFINITY);
      throw this.fail("no value");
    }
    this.at += written.length;
    const value = Number(written);
    // A million digits would take a second to become a bigint.
    return Number.isSafeInteger(value) || /[.eE]/.test(written) || written.length > 400 ? value : BigInt(written);
  }
}

const numeral = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
// biome-ignore lint/suspicious/noControlCharactersInRegex: JSON allows none inside text
const control = /[\0-\x1f]/;
