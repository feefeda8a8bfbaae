import { type ByteSource, createLimiter, isSondeError, sondeError, turn } from "@sonde/core/bytes";
import type { RunHeader, StreamColumns, Waiting } from "../../catalog/types.js";
import type { DocumentPair, EventDescriptor } from "../../event-model/documents.js";
import { isRecord } from "../../event-model/own.js";
import { unpacked } from "../../event-model/unpack.js";
import { asDocument } from "../../event-model/validate.js";
import { columnsOfDocuments } from "../documents-columns.js";
import type { ColumnsQuery, RunFormat } from "../run-format.js";
import { JsonParser } from "./parse.js";

/** Files of bluesky-tiled-plugins' JSONWriter: one list of `{"name": …, "doc": …}`, whose bracket is closed at the stop. Each is read whole. */
export const listFormat: RunFormat = { id: "json", header, descriptors, documents, columns };

async function header(source: ByteSource, size: number, options: Waiting): Promise<RunHeader | undefined> {
  if (size === 0) return undefined;
  let start: RunHeader["start"] | undefined;
  let stop: RunHeader["stop"];
  try {
    for (const [name, document] of items(await textOf(source, size, options), source.name)) {
      if (start === undefined && name !== "start") break;
      if (name === "start") start = document;
      if (name === "stop") stop = document;
    }
  } catch (error) {
    // The rest is told when the documents are asked for.
    if (start === undefined || !isSondeError(error)) throw error;
  }
  if (start !== undefined) return { start, stop };
  throw sondeError("format", `${source.name} is no list of documents that begins with the start of a run`, { key: source.name, offset: 0 });
}

async function* documents(
  source: ByteSource,
  size: number,
  _header: RunHeader,
  options: Waiting,
): AsyncGenerator<DocumentPair, void, undefined> {
  for (const pair of items(await textOf(source, size, options), source.name)) {
    yield* unpacked(pair);
    const wait = turn(options.signal);
    if (wait) await wait;
  }
}

async function descriptors(source: ByteSource, size: number, header: RunHeader, options: Waiting): Promise<readonly EventDescriptor[]> {
  const found: EventDescriptor[] = [];
  try {
    for await (const [name, document] of documents(source, size, header, options)) if (name === "descriptor") found.push(document);
  } catch (error) {
    if (!isSondeError(error, "format")) throw error;
  }
  return found;
}

async function* columns(
  source: ByteSource,
  size: number,
  header: RunHeader,
  query: ColumnsQuery,
  options: Waiting,
): AsyncGenerator<StreamColumns, void, undefined> {
  yield* columnsOfDocuments(documents(source, size, header, options), query);
}

async function textOf(source: ByteSource, size: number, options: Waiting): Promise<string> {
  createLimiter().bytes(size, source.name);
  return new TextDecoder().decode(await source.read({ start: 0, end: size }, options));
}

/** A list that ends between two items was left by a writer that died, or is at it. */
function* items(text: string, name: string): Generator<DocumentPair, void, undefined> {
  const parser = new JsonParser(text);
  try {
    if (parser.space() !== "[") throw parser.fail("no list");
    parser.at++;
    for (;;) {
      const next = parser.space();
      if (next === "]" || next === "") return;
      if (next === ",") {
        parser.at++;
        continue;
      }
      const item = itemAt(parser, text);
      if (item === undefined) return;
      const pair = isRecord(item) ? asDocument(item.name, item.doc) : Array.isArray(item) ? asDocument(item[0], item[1]) : undefined;
      if (pair !== undefined) yield pair;
    }
  } catch (error) {
    if (!isSondeError(error)) throw error;
    throw sondeError("format", `${name} is damaged: ${error.message}`, { key: name, offset: parser.at, cause: error });
  }
}

/** Undefined where the text ends inside the item. */
function itemAt(parser: JsonParser, text: string): unknown {
  try {
    return parser.value(1);
  } catch (error) {
    if (isSondeError(error) && (parser.at >= text.length || text.indexOf("\n", parser.at) < 0)) return undefined;
    throw error;
  }
}
