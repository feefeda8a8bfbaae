import type { ColumnBuilder, StreamBuilder } from "../column-builder.js";
import { JsonParser } from "./parse.js";

/**
 * Puts the cells of a line that is one event into the columns that are wanted and steps over everything else, without making it.
 * Lines of other documents, and events in an order of keys that it can't follow, are the caller's.
 */
export class LineReader {
  readonly #columns: StreamBuilder;
  readonly #isWanted: (descriptor: string) => boolean;

  constructor(columns: StreamBuilder, isWanted: (descriptor: string) => boolean) {
    this.#columns = columns;
    this.#isWanted = isWanted;
  }

  /** Whether `text[start, end)` was an event and is dealt with. Damage throws `format`. */
  read(text: string, start: number, end: number): boolean {
    if (!text.startsWith(arrayHead, start)) return false;
    let at = start + arrayHead.length;
    let [seqNum, time, data] = [-1, -1, -1];
    let wanted = false;
    for (;;) {
      at = space(text, at);
      if (text.charCodeAt(at) !== QUOTE) return false;
      const keyEnd = stringEnd(text, at);
      const value = space(text, space(text, keyEnd) + 1);
      const length = keyEnd - at;
      if (length === 9 && text.startsWith('"seq_num"', at)) seqNum = value;
      else if (length === 6 && text.startsWith('"time"', at)) time = value;
      else if (length === 6 && text.startsWith('"data"', at)) data = value;
      else if (length === 12 && text.startsWith('"descriptor"', at))
        wanted = this.#isWanted(text.slice(value + 1, stringEnd(text, value) - 1));
      at = space(text, valueEnd(text, value));
      if (at >= end) throw new JsonParser(text).fail("an event without an end");
      if (text.charCodeAt(at) === COMMA) at++;
      else if (text.charCodeAt(at) === CLOSE) break;
      else throw failAt(text, at);
    }
    if (text.charCodeAt(space(text, at + 1)) !== BRACKET_CLOSE) throw failAt(text, at + 1);
    if (!wanted) return true;
    if (seqNum >= 0) cell(this.#columns.seqNum, text, seqNum);
    if (time >= 0) cell(this.#columns.time, text, time);
    if (data >= 0) this.#data(text, data);
    this.#columns.align();
    return true;
  }

  #data(text: string, at: number): void {
    if (text.charCodeAt(at) !== OPEN) throw failAt(text, at);
    at = space(text, at + 1);
    if (text.charCodeAt(at) === CLOSE) return;
    for (;;) {
      if (text.charCodeAt(at) !== QUOTE) throw failAt(text, at);
      const keyEnd = stringEnd(text, at);
      const value = space(text, space(text, keyEnd) + 1);
      const column = this.#columns.fields.get(keyOf(text, at, keyEnd));
      at = space(text, column === undefined ? valueEnd(text, value) : cell(column, text, value));
      if (text.charCodeAt(at) === CLOSE) return;
      if (text.charCodeAt(at) !== COMMA) throw failAt(text, at);
      at = space(text, at + 1);
    }
  }
}

const arrayHead = '["event", {';
const [QUOTE, COMMA, OPEN, CLOSE, BRACKET_OPEN, BRACKET_CLOSE, BACKSLASH] = [34, 44, 123, 125, 91, 93, 92];

function failAt(text: string, at: number): Error {
  const parser = new JsonParser(text);
  parser.at = at;
  return parser.fail("no JSON");
}

function space(text: string, at: number): number {
  for (;;) {
    const code = text.charCodeAt(at);
    if (code !== 32 && code !== 9 && code !== 10 && code !== 13) return at;
    at++;
  }
}

/** Past the text that begins at `at`. */
function stringEnd(text: string, at: number): number {
  for (let from = at + 1; ; ) {
    const quote = text.indexOf('"', from);
    if (quote < 0) throw failAt(text, at);
    let slashes = 0;
    while (text.charCodeAt(quote - 1 - slashes) === BACKSLASH) slashes++;
    if (slashes % 2 === 0) return quote + 1;
    from = quote + 1;
  }
}

function keyOf(text: string, at: number, end: number): string {
  const key = text.slice(at + 1, end - 1);
  return key.includes("\\") ? new JsonParser(text.slice(at, end)).string() : key;
}

/** Past the value that begins at `at`, whose inside is not looked at. */
function valueEnd(text: string, at: number): number {
  const first = text.charCodeAt(at);
  if (first === QUOTE) return stringEnd(text, at);
  if (first !== OPEN && first !== BRACKET_OPEN) return scalarEnd(text, at);
  let depth = 0;
  for (;;) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) {
      at = stringEnd(text, at);
      continue;
    }
    if (code === OPEN || code === BRACKET_OPEN) depth++;
    else if (code === CLOSE || code === BRACKET_CLOSE) {
      if (--depth === 0) return at + 1;
    } else if (Number.isNaN(code)) throw failAt(text, at);
    at++;
  }
}

function scalarEnd(text: string, at: number): number {
  const start = at;
  for (;;) {
    const code = text.charCodeAt(at);
    if (code === COMMA || code === CLOSE || code === BRACKET_CLOSE || code <= 32) return at;
    if (Number.isNaN(code) || code === QUOTE || at - start > 4096) throw failAt(text, start);
    at++;
  }
}

const plain = /^-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?$/;

/** One value into its column; past it. */
function cell(column: ColumnBuilder, text: string, at: number): number {
  const first = text.charCodeAt(at);
  if (first === 45 || (first >= 48 && first <= 57)) {
    const end = scalarEnd(text, at);
    const written = text.slice(at, end);
    const value = Number(written);
    // Whole numbers beyond 2^53, -Infinity and hexadecimal digits go the longer way.
    if ((Number.isSafeInteger(value) || value % 1 !== 0) && (written.length < 3 || plain.test(written))) {
      column.number(value);
      return end;
    }
  }
  const parser = new JsonParser(text);
  parser.at = at;
  column.push(parser.value(0));
  return parser.at;
}
