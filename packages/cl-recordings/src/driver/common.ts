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

/** Reports each batch: the rows and bytes so far, and how long it took to read. */
export async function* reported(
  batches: AsyncIterable<RecordBatch>,
  call: Call,
  target: string,
): AsyncGenerator<RecordBatch, void, undefined> {
  let [rows, bytes] = [0, 0];
  let asked = performance.now();
  for await (const batch of batches) {
    const size = batch.data.children.reduce((total, column) => total + column.byteLength, 0);
    rows += batch.numRows;
    bytes += size;
    call.observe({ kind: "request", target, milliseconds: performance.now() - asked, bytes: size });
    call.onProgress({ rows, bytes });
    yield batch;
    asked = performance.now();
  }
}
