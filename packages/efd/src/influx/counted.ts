import type { Call, RecordBatch } from "@sonde/core/connector";

/** Batches with the progress that they make. */
export async function* toldRows(batches: AsyncIterable<RecordBatch>, call: Call): AsyncGenerator<RecordBatch, void, undefined> {
  let rows = 0;
  let bytes = 0;
  for await (const batch of batches) {
    rows += batch.numRows;
    bytes += batch.numRows * 8 * batch.schema.fields.length;
    call.onProgress({ rows, bytes });
    yield batch;
  }
}
