import { type ByteSource, isSondeError, sondeError, turn } from "@sonde/core/bytes";
import { decode } from "@sonde/msgpack-numpy";
import type { RunHeader, StreamColumns, Waiting } from "../../catalog/types.js";
import type { DocumentPair, EventDescriptor, RunStart } from "../../event-model/documents.js";
import { streamNameOf } from "../../event-model/stream-name.js";
import { unpacked } from "../../event-model/unpack.js";
import { asDocument } from "../../event-model/validate.js";
import { addEvent, columnsOf, StreamBuilder } from "../column-builder.js";
import type { ColumnsQuery, RunFormat } from "../run-format.js";
import { documentAt, EventReader } from "./columns.js";
import { damaged, messagesOf } from "./messages.js";
import { incomplete, skipValue } from "./skip.js";
import { stopAtEnd } from "./tail.js";

const headBytes = 65_536;
/** A start larger than this is none. */
const longestStart = 256 * 2 ** 20;
/** Rows of columns given out at once. */
const batchRows = 65_536;

/** Files of suitcase-msgpack: `[name, document]` after `[name, document]`, with msgpack-numpy's arrays. */
export const msgpackFormat: RunFormat = { id: "msgpack", header, descriptors, documents, columns };

async function header(source: ByteSource, size: number, options: Waiting): Promise<RunHeader | undefined> {
  if (size === 0) return undefined;
  for (let length = headBytes; ; length *= 8) {
    const end = Math.min(size, length);
    const bytes = await source.read({ start: 0, end }, options);
    let stop: number;
    try {
      stop = skipValue(bytes, 0, bytes.length);
    } catch (error) {
      throw damaged(source.name, 0, error);
    }
    if (stop === incomplete && end < size && end < longestStart) continue;
    if (stop === incomplete) throw noStart(source.name);
    const start = startOf(bytes.subarray(0, stop), source.name);
    return { start, stop: await stopAtEnd(source, size, start.uid, options, end === size ? { bytes, start: 0 } : undefined) };
  }
}

function startOf(bytes: Uint8Array, name: string): RunStart {
  let pair: DocumentPair | undefined;
  try {
    const message = decode(bytes);
    pair = Array.isArray(message) ? asDocument(message[0], message[1]) : undefined;
  } catch (error) {
    throw damaged(name, 0, error);
  }
  if (pair?.[0] !== "start") throw noStart(name);
  return pair[1];
}

function noStart(name: string): Error {
  return sondeError(
    "format",
    `${name} does not begin with the start of a run: it is no file of suitcase-msgpack, or cut off in its start`,
    {
      key: name,
      offset: 0,
    },
  );
}

async function* documents(
  source: ByteSource,
  size: number,
  { stop }: RunHeader,
  { signal }: Waiting,
): AsyncGenerator<DocumentPair, void, undefined> {
  for await (const { bytes, bounds, offset } of messagesOf(source, size, { signal, whole: stop !== undefined })) {
    for (let k = 1; k < bounds.length; k++) {
      const pair = pairOf(bytes, bounds[k - 1] ?? 0, bounds[k] ?? 0, offset, source.name);
      // Names of later versions are passed over.
      if (pair !== undefined) yield* unpacked(pair);
      const wait = turn(signal);
      if (wait) await wait;
    }
  }
}

async function descriptors(source: ByteSource, size: number, _header: RunHeader, { signal }: Waiting): Promise<readonly EventDescriptor[]> {
  const found: EventDescriptor[] = [];
  try {
    for await (const { bytes, bounds, offset } of messagesOf(source, size, { signal, whole: false })) {
      for (let k = 1; k < bounds.length; k++) {
        const at = bounds[k - 1] ?? 0;
        const pair = isDescriptor(bytes, at) ? pairOf(bytes, at, bounds[k] ?? 0, offset, source.name) : undefined;
        if (pair?.[0] === "descriptor") found.push(pair[1]);
        const wait = turn(signal);
        if (wait) await wait;
      }
    }
  } catch (error) {
    if (!isSondeError(error, "format")) throw error;
  }
  return found;
}

const isDescriptor = (bytes: Uint8Array, at: number): boolean => documentAt(bytes, at)?.name === "descriptor";

/** Undefined where the message is a pair, but of no document that is known. */
function pairOf(bytes: Uint8Array, at: number, end: number, offset: number, name: string): DocumentPair | undefined {
  try {
    const message = decode(bytes.subarray(at, end));
    if (Array.isArray(message) && message.length === 2 && typeof message[0] === "string") return asDocument(message[0], message[1]);
  } catch (error) {
    throw damaged(name, offset + at, error);
  }
  throw damaged(name, offset + at, sondeError("format", "a message that is no pair of a name and a document", {}));
}

async function* columns(
  source: ByteSource,
  size: number,
  { stop }: RunHeader,
  query: ColumnsQuery,
  { signal }: Waiting,
): AsyncGenerator<StreamColumns, void, undefined> {
  const wanted = new Set<string>();
  let builder = new StreamBuilder(query.fields);
  let reader = new EventReader(builder, (uid) => wanted.has(uid));
  const done = (): StreamColumns => {
    const result = columnsOf(builder);
    builder = new StreamBuilder(query.fields);
    reader = new EventReader(builder, (uid) => wanted.has(uid));
    return result;
  };
  try {
    for await (const { bytes, bounds, offset } of messagesOf(source, size, { signal, whole: stop !== undefined })) {
      for (let k = 1; k < bounds.length; k++) {
        const [at, end] = [bounds[k - 1] ?? 0, bounds[k] ?? 0];
        const document = documentAt(bytes, at);
        if (document?.name === "event_page" || document?.name === "event") {
          try {
            reader.read(document.name, bytes, document.at, end);
          } catch (error) {
            throw damaged(source.name, offset + at, error);
          }
        } else if (document === undefined || document.name === "descriptor" || document.name === "bulk_events") {
          const pair = pairOf(bytes, at, end, offset, source.name);
          if (pair?.[0] === "descriptor" && streamNameOf(pair[1]) === query.stream) wanted.add(pair[1].uid);
          reader.reset();
          for (const [name, event] of pair?.[0] === "bulk_events" ? unpacked(pair) : []) {
            if (name === "event" && wanted.has(event.descriptor)) addEvent(builder, event);
          }
        }
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
