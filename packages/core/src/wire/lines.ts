import type { Json } from "../contract.js";
import { isSondeError, sondeError } from "../errors.js";
import { cutOff } from "./cut-off.js";
import { errorFromWire, errorToWire } from "./error.js";
import { fromWireJson, toWireJson } from "./json.js";

/** The most bytes of one line that a reader takes. */
const longestLine = 16 * 2 ** 20;

/**
 * A list as lines of JSON: `{"item":…}` for each, then `{"end":true}`; an error on the way is the last line, `{"error":…}`.
 * A list without its last line was cut off.
 */
export async function* linesOf(items: AsyncIterable<unknown>): AsyncGenerator<Uint8Array, void, undefined> {
  const encoder = new TextEncoder();
  try {
    for await (const item of items) yield encoder.encode(`{"item":${toWireJson(item)}}\n`);
    yield encoder.encode('{"end":true}\n');
  } catch (error) {
    yield encoder.encode(`{"error":${errorToWire(error)}}\n`);
  }
}

/** The items of {@link linesOf}. Rejects with the error that the server met, or a retryable `connection` where the last line is missing. */
export async function* readLines(chunks: AsyncIterable<Uint8Array>, what: string): AsyncGenerator<Json, void, undefined> {
  for await (const line of splitLines(chunks, what)) {
    const { item, error, end } = parsed(line, what);
    if (error !== undefined) throw errorFromWire(toWireJson(error));
    if (end === true) return;
    if (item === undefined) throw notALine(what);
    yield item;
  }
  throw cutOff(what);
}

async function* splitLines(chunks: AsyncIterable<Uint8Array>, what: string): AsyncGenerator<string, void, undefined> {
  const decoder = new TextDecoder("utf-8");
  // The line under way, in the pieces that it came in: each is searched once.
  let pieces: string[] = [];
  let length = 0;
  for await (const chunk of chunks) {
    const lines = decoder.decode(chunk, { stream: true }).split("\n");
    for (const [index, text] of lines.entries()) {
      pieces.push(text);
      length += text.length;
      if (length > longestLine) throw tooLong(what, length);
      if (index === lines.length - 1) break;
      yield pieces.join("");
      pieces = [];
      length = 0;
    }
  }
}

function tooLong(what: string, asked: number) {
  return sondeError("limit", `${what}: a line of more than ${longestLine} characters`, {
    what: "characters of a line",
    asked,
    allowed: longestLine,
  });
}

function parsed(line: string, what: string): { readonly item?: Json; readonly error?: Json; readonly end?: Json } {
  try {
    const value = fromWireJson(line);
    // An object, then, of keys that may be absent.
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as { readonly [key: string]: Json };
  } catch (error) {
    if (isSondeError(error)) throw error;
  }
  throw notALine(what);
}

function notALine(what: string) {
  return sondeError("format", `${what}: the answer is no list of a Sonde server`, { key: what });
}
