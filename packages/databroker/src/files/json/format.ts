import { type ByteSource, isSondeError, type SondeError, sondeError, turn } from "@sonde/core/bytes";
import type { RunHeader, StreamColumns, Waiting } from "../../catalog/types.js";
import type { DocumentPair, EventDescriptor, RunStop } from "../../event-model/documents.js";
import { streamNameOf } from "../../event-model/stream-name.js";
import { unpacked } from "../../event-model/unpack.js";
import { feed } from "../byte-feed.js";
import { addEvent, columnsOf, StreamBuilder } from "../column-builder.js";
import type { ColumnsQuery, RunFormat } from "../run-format.js";
import { LineReader } from "./columns.js";
import { documentOfLine, type Lines, linesOf } from "./lines.js";

const headBytes = 65_536;
const tailBytes = [8192, 131_072, 2_097_152];
const longestStart = 256 * 2 ** 20;
const batchRows = 65_536;
const decoder = new TextDecoder();

/** Files of suitcase-jsonl, of bluesky-tiled-plugins and of Tiled: a document a line. */
export const jsonlFormat: RunFormat = { id: "jsonl", header, descriptors, documents, columns };

async function header(source: ByteSource, size: number, options: Waiting): Promise<RunHeader | undefined> {
  if (size === 0) return undefined;
  for (let length = headBytes; ; length *= 8) {
    const end = Math.min(size, length);
    const bytes = await source.read({ start: 0, end }, options);
    const newline = bytes.indexOf(10);
    if (newline < 0 && end < size && end < longestStart) continue;
    const line = decoder.decode(newline < 0 ? bytes : bytes.subarray(0, newline));
    let pair: DocumentPair | undefined;
    try {
      pair = documentOfLine(line);
    } catch (error) {
      throw damagedLine(source.name, 0, 1, error);
    }
    if (pair?.[0] !== "start") {
      throw sondeError("format", `${source.name} does not begin with the start of a run: its first line is another document`, {
        key: source.name,
        offset: 0,
      });
    }
    const [, start] = pair;
    const known = end === size ? bytes : undefined;
    return { start, stop: newline < 0 ? undefined : await stopAtEnd(source, size, start.uid, options, known) };
  }
}

/** The last line, where it is the stop of this run. */
async function stopAtEnd(
  source: ByteSource,
  size: number,
  runStart: string,
  options: Waiting,
  known?: Uint8Array,
): Promise<RunStop | undefined> {
  for (const step of tailBytes) {
    const start = Math.max(0, size - step);
    const bytes = known?.subarray(start) ?? (await source.read({ start, end: size }, options));
    let end = bytes.length;
    while (end > 0 && (bytes[end - 1] ?? 0) <= 32) end--;
    const newline = bytes.lastIndexOf(10, end - 1);
    if (newline < 0 && start > 0) continue;
    try {
      const pair = documentOfLine(decoder.decode(bytes.subarray(newline + 1, end)));
      return pair?.[0] === "stop" && pair[1].run_start === runStart ? pair[1] : undefined;
    } catch (error) {
      // A last line that is cut off, or is no document: the run has no end.
      if (isSondeError(error)) return undefined;
      throw error;
    }
  }
  return undefined;
}

async function* documents(
  source: ByteSource,
  size: number,
  _header: RunHeader,
  { signal }: Waiting,
): AsyncGenerator<DocumentPair, void, undefined> {
  let number = 0;
  for await (const lines of linesOf(source, size, { signal })) {
    for (const line of linesIn(lines, number)) {
      number = line.number;
      const wait = turn(signal);
      if (wait) await wait;
      const pair = documentOf(line, source.name);
      // Names of later versions are passed over.
      if (pair !== undefined) yield* unpacked(pair);
    }
  }
}

async function descriptors(source: ByteSource, size: number, _header: RunHeader, { signal }: Waiting): Promise<readonly EventDescriptor[]> {
  const found: EventDescriptor[] = [];
  let done = 0;
  try {
    for await (const { bytes, last } of feed(source, size, () => done, { signal })) {
      done = 0;
      while (done < bytes.length) {
        const newline = bytes.indexOf(10, done);
        if (newline < 0 && !last) break;
        const end = newline < 0 ? bytes.length : newline;
        // Nearly every line is an event, which need not be read.
        if (!startsWith(bytes, done, eventLine)) {
          const pair = documentOf(lineOf(bytes, done, end, newline < 0), source.name);
          if (pair?.[0] === "descriptor") found.push(pair[1]);
        }
        done = end + 1;
        const wait = turn(signal);
        if (wait) await wait;
      }
      done = Math.min(done, bytes.length);
    }
  } catch (error) {
    if (!isSondeError(error, "format")) throw error;
  }
  return found;
}

const eventLine = new TextEncoder().encode('["event');

function startsWith(bytes: Uint8Array, at: number, text: Uint8Array): boolean {
  for (let k = 0; k < text.length; k++) if (bytes[at + k] !== text[k]) return false;
  return true;
}

function lineOf(bytes: Uint8Array, start: number, end: number, open: boolean): Line {
  const text = decoder.decode(bytes.subarray(start, end));
  // A blank line is no document, and no damage.
  return { text, start: 0, end: text.length, number: 0, offset: 0, open: open || text.trim() === "" };
}

type Line = {
  readonly text: string;
  readonly start: number;
  readonly end: number;
  readonly number: number;
  /** Of the piece of text in the file; the line's own place is near enough to it for a person. */
  readonly offset: number;
  /** May be cut off. */
  readonly open: boolean;
};

/** The lines that are not blank; `before` have been counted. */
function* linesIn({ text, offset, open }: Lines, before: number): Generator<Line, void, undefined> {
  let number = before;
  for (let start = 0; start < text.length; ) {
    const newline = text.indexOf("\n", start);
    const end = newline < 0 ? text.length : newline;
    number++;
    if (!isBlank(text, start, end)) yield { text, start, end, number, offset: offset + start, open: open && newline < 0 };
    start = end + 1;
  }
}

function isBlank(text: string, start: number, end: number): boolean {
  for (let at = start; at < end; at++) if (text.charCodeAt(at) > 32) return false;
  return true;
}

/** Undefined for the last line of a file whose writer died in it, and for names that are not known. */
function documentOf({ text, start, end, number, offset, open }: Line, name: string): DocumentPair | undefined {
  try {
    return documentOfLine(text.slice(start, end));
  } catch (error) {
    if (open) return undefined;
    throw damagedLine(name, offset, number, error);
  }
}

async function* columns(
  source: ByteSource,
  size: number,
  _header: RunHeader,
  query: ColumnsQuery,
  { signal }: Waiting,
): AsyncGenerator<StreamColumns, void, undefined> {
  const wanted = new Set<string>();
  let builder = new StreamBuilder(query.fields);
  let reader = new LineReader(builder, (uid) => wanted.has(uid));
  const done = (): StreamColumns => {
    const result = columnsOf(builder);
    builder = new StreamBuilder(query.fields);
    reader = new LineReader(builder, (uid) => wanted.has(uid));
    return result;
  };
  const add = (line: Line) => {
    try {
      if (reader.read(line.text, line.start, line.end)) return;
    } catch (error) {
      builder.cut();
      if (line.open) return;
      throw damagedLine(source.name, line.offset, line.number, error);
    }
    const pair = documentOf(line, source.name);
    if (pair?.[0] === "descriptor" && streamNameOf(pair[1]) === query.stream) wanted.add(pair[1].uid);
    for (const [name, event] of pair === undefined ? [] : unpacked(pair)) {
      if (name === "event" && wanted.has(event.descriptor)) addEvent(builder, event);
    }
  };
  try {
    let number = 0;
    for await (const lines of linesOf(source, size, { signal })) {
      for (const line of linesIn(lines, number)) {
        number = line.number;
        add(line);
        const wait = turn(signal);
        if (wait) await wait;
        if (builder.rows >= batchRows) yield done();
      }
    }
  } catch (error) {
    // What is complete before the damage is delivered.
    builder.cut();
    if (builder.rows > 0 && !signal.aborted) yield done();
    throw error;
  }
  if (builder.rows > 0) yield done();
}

function damagedLine(name: string, offset: number, line: number, cause: unknown): SondeError<"format"> {
  // An error of the parser says what it is; where it is in the file is known here alone.
  const reason = isSondeError(cause) ? cause.message : String(cause);
  return sondeError("format", `${name} is damaged in line ${line}: ${reason}. What comes before it was read`, { key: name, offset, cause });
}
