import type { Call, Clock, Description, Metadata, RecordBatch, TimeRange } from "@sonde/core/connector";
import type { RecordingClock } from "../recording/clock.js";

/** What a listing says of a stream. */
export type StreamIdentity = {
  readonly id: string;
  readonly name: string;
  readonly collection: string;
  readonly metadata: Metadata;
  readonly known: Partial<Description>;
};

/** A description's clock, in the contract's terms. */
export function timing({ origin, ticks, per, accuracy }: RecordingClock): { readonly clock: Clock; readonly accuracy?: bigint } {
  return { clock: { origin, ticks, per }, ...(accuracy === undefined ? {} : { accuracy }) };
}

/** A range as the client takes it, which refuses one that ends before it starts: here it is empty. */
export function rangeOf(range: TimeRange | undefined): { readonly start?: bigint; readonly end?: bigint } {
  if (range === undefined || range.start <= range.end) return range ?? {};
  return { start: range.start, end: range.start };
}

/** Reports rows and bytes read so far after each batch. */
export async function* withProgress(
  batches: AsyncIterable<RecordBatch>,
  call: Call,
  sizeOf: (batch: RecordBatch) => number,
): AsyncGenerator<RecordBatch, void, undefined> {
  let [rows, bytes] = [0, 0];
  for await (const batch of batches) {
    rows += batch.numRows;
    bytes += sizeOf(batch);
    call.onProgress({ rows, bytes });
    yield batch;
  }
}

/** Bytes of a batch's columns. */
export function batchBytes(batch: RecordBatch): number {
  return batch.data.children.reduce((total, column) => total + column.byteLength, 0);
}
