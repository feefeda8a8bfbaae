import type { RecordBatch, Schema } from "apache-arrow";
import { limitError } from "../bytes/limits.js";
import { fromIPC, ipcOf } from "../formats/ipc.js";
import { damaged, FlatTable } from "../formats/ipc-flatbuffer.js";
import { joined } from "../formats/uniform.js";
import type { BatchSource } from "../table/batches.js";
import { canonicalBatch } from "../table/canonical.js";
import { type ByteQueue, byteQueue } from "./byte-queue.js";
import { errorFromWire, errorToWire } from "./error.js";

export type FramesOptions = {
  /** Names the answer in errors. */
  readonly what: string;
  /** The most bytes of one batch. Default 1 GiB. */
  readonly maxBytes?: number | undefined;
};

/** What came of a stream of batches: its schema at once, then the batches as they come. */
export interface Frames {
  readonly schema: Schema;
  readonly batches: AsyncGenerator<RecordBatch, void, undefined>;
}

/** The longest head of a message: a schema of many columns. */
const longestHead = 16 * 2 ** 20;

/**
 * Batches as an Arrow IPC stream that can tell of an error after its first byte: in place of the end mark comes a message whose head is
 * the error's JSON ({@link errorFrame}). Every reader of Arrow refuses that message, so that none takes the stream for whole.
 * An error before the first batch is thrown: there is still an answer to give it in.
 */
export async function* framesOf(
  batches: BatchSource,
  options: { readonly schema?: Schema | undefined } = {},
): AsyncGenerator<Uint8Array, void, undefined> {
  let begun = false;
  try {
    for await (const piece of ipcOf(batches, options)) {
      yield piece;
      begun = true;
    }
  } catch (error) {
    if (!begun) throw error;
    yield errorFrame(error);
  }
}

/** An IPC message, by its length, whose head is JSON instead of a FlatBuffer. */
export function errorFrame(error: unknown): Uint8Array {
  const text = new TextEncoder().encode(errorToWire(error));
  const length = (text.length + 7) & ~7;
  const frame = new Uint8Array(8 + length).fill(0x20, 8);
  const view = new DataView(frame.buffer);
  view.setInt32(0, -1, true);
  view.setInt32(4, length, true);
  frame.set(text, 8);
  return frame;
}

/**
 * Reads {@link framesOf} piece by piece, each batch checked before it is decoded. Rejects with the error that the stream ends in, with
 * `format` where bytes are wrong, and with a retryable `connection` where they end before the end mark.
 */
export async function readFrames(chunks: AsyncIterable<Uint8Array>, options: FramesOptions): Promise<Frames> {
  const queue = byteQueue(chunks, options.what);
  let handed = false;
  try {
    const first = await nextMessage(queue, options);
    if (first === undefined) throw damaged("it has no schema", 0);
    const { schema } = fromIPC(joined(first));
    handed = true;
    return { schema, batches: batchesOf(queue, joined(first), schema, options) };
  } finally {
    if (!handed) await queue.close();
  }
}

async function* batchesOf(
  queue: ByteQueue,
  head: Uint8Array,
  schema: Schema,
  options: FramesOptions,
): AsyncGenerator<RecordBatch, void, undefined> {
  try {
    for (;;) {
      const message = await nextMessage(queue, options);
      if (message === undefined) return;
      // Each batch with the schema before it is a stream of its own, which is checked and decoded as any.
      for (const batch of fromIPC(joined([head, ...message])).batches) yield canonicalBatch(batch, schema);
    }
  } finally {
    await queue.close();
  }
}

/** The pieces of one message; undefined at the end mark. */
async function nextMessage(queue: ByteQueue, { what, maxBytes = 2 ** 30 }: FramesOptions): Promise<Uint8Array[] | undefined> {
  const prefix = joined(await queue.take(8));
  const lengths = new DataView(prefix.buffer);
  const headLength = lengths.getInt32(4, true);
  if (lengths.getInt32(0, true) !== -1 || headLength < 0) throw damaged("a message does not begin as one");
  if (headLength === 0) return undefined;
  if (headLength > longestHead) throw limitError("maxBytes", headLength, longestHead, what);
  const head = joined(await queue.take(headLength));
  if (head[0] === 0x7b) throw errorFromWire(new TextDecoder().decode(head));
  const bodyLength = FlatTable.root(new DataView(head.buffer)).int64(3);
  if (bodyLength < 0n || bodyLength > BigInt(maxBytes)) throw limitError("maxBytes", Number(bodyLength), maxBytes, what);
  return [prefix, head, ...(await queue.take(Number(bodyLength)))];
}
