import { open, rename, rm } from "node:fs/promises";
import type { RecordBatch } from "apache-arrow";
import { raceAbort } from "../async/race.js";
import type { Progress } from "../contract.js";
import { type BatchSource, batchesOf, schemaOfSource } from "../table/batches.js";
import type { CallOptions } from "./options.js";

/** What was written. */
export type Written = { readonly rows: number; readonly bytes: number };

/**
 * Writes what `encode` makes of the source to `<file>.partial`, and renames it when it is whole and on the disk: so a file of
 * that name is never half of one. Each piece is written before the next is asked for. On failure or abort the partial file is
 * removed, and nothing that `file` held is touched.
 */
export async function writeWhole(
  source: BatchSource,
  file: string,
  encode: (source: AsyncIterable<RecordBatch>, schema: ReturnType<typeof schemaOfSource>) => AsyncIterable<Uint8Array>,
  options: CallOptions,
): Promise<Written> {
  const { signal, onProgress } = options;
  signal?.throwIfAborted();
  const partial = `${file}.partial`;
  const handle = await open(partial, "w");
  let rows = 0;
  let bytes = 0;
  async function* counted() {
    for await (const batch of batchesOf(source)) {
      rows += batch.numRows;
      yield batch;
    }
  }
  try {
    try {
      for await (const piece of untilAborted(encode(counted(), schemaOfSource(source)), signal)) {
        await writeAll(handle, piece);
        bytes += piece.byteLength;
        const progress: Progress = { rows, bytes };
        onProgress?.(progress);
      }
      await handle.sync();
    } finally {
      await handle.close();
    }
    signal?.throwIfAborted();
    await rename(partial, file);
  } catch (error) {
    await rm(partial, { force: true });
    throw error;
  }
  return { rows, bytes };
}

/** A system may take fewer bytes at a time than it is given. */
async function writeAll(handle: Awaited<ReturnType<typeof open>>, piece: Uint8Array): Promise<void> {
  for (let at = 0; at < piece.byteLength; ) at += (await handle.write(piece, at)).bytesWritten;
}

/** Ends with the signal's reason at once, even where the source is stuck; the source is told, but not waited for. */
async function* untilAborted<T>(source: AsyncIterable<T>, signal: AbortSignal | undefined): AsyncGenerator<T> {
  if (signal === undefined) {
    yield* source;
    return;
  }
  const iterator = source[Symbol.asyncIterator]();
  let finished = false;
  try {
    while (true) {
      signal.throwIfAborted();
      const step = await raceAbort(iterator.next(), signal);
      if (step.done) {
        finished = true;
        return;
      }
      yield step.value;
    }
  } finally {
    const released = finished ? undefined : iterator.return?.();
    if (signal.aborted) released?.catch(() => {});
    else await released;
  }
}
