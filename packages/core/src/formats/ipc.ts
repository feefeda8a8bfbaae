import {
  AsyncByteQueue,
  Message,
  RecordBatchFileReader,
  RecordBatchFileWriter,
  RecordBatchStreamReader,
  RecordBatchStreamWriter,
  type Schema,
  type Table,
} from "apache-arrow";
import { isSondeError, sondeError } from "../errors.js";
import type { BatchSource } from "../table/batches.js";
import { canonicalBatch, canonicalSchema } from "../table/canonical.js";
import { tableOf } from "../table/table.js";
import { checkBatchData, checkNames } from "./ipc-check.js";
import { checkedIpc } from "./ipc-messages.js";
import { joinBytes, joined, type UniformOptions, uniformBatches } from "./uniform.js";

export type IpcOptions = UniformOptions & {
  /** `stream` (the default) can be read while it comes; `file` has an index at its end. */
  readonly format?: "stream" | "file" | undefined;
};

/** Collects what Arrow's writer writes, to be handed on after each batch. */
class Pieces extends AsyncByteQueue {
  #pieces: Uint8Array[] = [];

  override write(piece: Uint8Array): void {
    if (piece.byteLength > 0) this.#pieces.push(piece);
  }

  /** What was written since: large buffers as they are, the many small ones between them put together. */
  *take(): Generator<Uint8Array> {
    const pieces = this.#pieces;
    this.#pieces = [];
    let small: Uint8Array[] = [];
    for (const piece of pieces) {
      if (piece.byteLength < 65_536) small.push(piece);
      else {
        if (small.length > 0) yield joined(small);
        small = [];
        yield piece;
      }
    }
    if (small.length > 0) yield joined(small);
  }
}

/** Arrow's own leaves out the schema at the head of a file, so that the file can't be read from its beginning. */
class FileWriter extends RecordBatchFileWriter {
  protected override _writeSchema(schema: Schema): this {
    super._writeSchema(schema);
    return this._writeMessage(Message.from(schema));
  }
}

/**
 * Arrow IPC, piece by piece, uncompressed. Batches are put under canonical types first and one of another schema is an error
 * `contract`: Arrow's own writer would end the file there, in silence.
 *
 * @example
 * ```ts
 * for await (const bytes of ipcOf(stream.read({ last: "1h" }))) response.write(bytes);
 * ```
 */
export async function* ipcOf(source: BatchSource, options: IpcOptions = {}): AsyncGenerator<Uint8Array> {
  const writer = options.format === "file" ? new FileWriter() : new RecordBatchStreamWriter();
  const pieces = new Pieces();
  let begun = false;
  for await (const { schema, batch } of uniformBatches(source, options)) {
    if (batch) writer.write(batch);
    else writer.reset(pieces, schema);
    begun = true;
    yield* pieces.take();
  }
  // Without a schema there is nothing that could be read back.
  if (!begun) return;
  writer.finish();
  yield* pieces.take();
}

/** {@link ipcOf} as one array of bytes: for what fits in memory. Use this rather than Arrow's `tableToIPC`. */
export async function toIPC(source: BatchSource, options?: IpcOptions): Promise<Uint8Array<ArrayBuffer>> {
  return joinBytes(ipcOf(source, options));
}

/**
 * The table of an IPC stream or file. Everything is checked before and after decoding, so damaged bytes are an error `format`,
 * never a table that runs past its buffers; big-endian and compressed data are `unsupported`. Columns are views of `bytes`
 * where alignment allows, and of canonical types; dictionaries become what they stand for.
 */
export function fromIPC(bytes: Uint8Array): Table {
  const checked = checkedIpc(bytes);
  try {
    const reader = (checked.isFile ? RecordBatchFileReader : RecordBatchStreamReader).from(checked.bytes).open();
    const schema = canonicalSchema(reader.schema);
    checkNames(schema.fields);
    const decoded = [];
    for (const batch of reader) {
      // Arrow gives a batch without rows, and without insides, where there is none.
      if (batch.numRows === 0) continue;
      checkBatchData(batch);
      decoded.push(batch);
    }
    return tableOf(
      schema,
      decoded.map((batch) => canonicalBatch(batch, schema)),
    );
  } catch (cause) {
    if (isSondeError(cause)) throw cause;
    // Arrow's decoder fails in many ways on bytes that are wrong.
    throw sondeError("format", `damaged Arrow IPC data: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
  }
}
