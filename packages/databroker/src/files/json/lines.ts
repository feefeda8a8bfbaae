import { type ByteSource, sondeError } from "@sonde/core/bytes";
import type { Waiting } from "../../catalog/types.js";
import type { DocumentPair } from "../../event-model/documents.js";
import { isRecord } from "../../event-model/own.js";
import { asDocument } from "../../event-model/validate.js";
import { feed } from "../byte-feed.js";
import { parseJson } from "./parse.js";

const decoder = new TextDecoder();
const newline = 10;

/** Lines that lie whole in one piece of a file, with the line ends. */
export type Lines = {
  readonly text: string;
  /** Of the first byte in the file. */
  readonly offset: number;
  /** The text ends where the file ends, without a line end: its last line may be cut off. */
  readonly open: boolean;
};

/** The file as text, cut at line ends. */
export async function* linesOf(
  source: ByteSource,
  size: number,
  options: Waiting & { readonly chunk?: number | undefined },
): AsyncGenerator<Lines, void, undefined> {
  let done = 0;
  for await (const { bytes, offset, last } of feed(source, size, () => done, options)) {
    done = last ? bytes.length : bytes.lastIndexOf(newline) + 1;
    if (done > 0) yield { text: decoder.decode(bytes.subarray(0, done)), offset, open: last && bytes[done - 1] !== newline };
  }
}

/**
 * The document of one line: `["name", {…}]` as suitcase-jsonl writes it, or `{"name": …, "doc": …}` as Tiled and bluesky-tiled-plugins do.
 * Undefined for names that are not known.
 */
export function documentOfLine(line: string): DocumentPair | undefined {
  const value = parseJson(line);
  if (Array.isArray(value) && value.length === 2 && typeof value[0] === "string") return asDocument(value[0], value[1]);
  if (isRecord(value) && typeof value.name === "string" && "doc" in value) return asDocument(value.name, value.doc);
  throw sondeError("format", "a line that is no document: neither [name, document] nor {name, doc}", {});
}
