import type { RecordBatch } from "@sonde/core/connector";

/** A read whose failure does not tear down what is written of it: writers see the batches end, and the failure is told after. */
export interface Kept {
  /** Undefined: there are no rows. */
  readonly first: RecordBatch | undefined;
  batches(): AsyncIterable<RecordBatch>;
  /** Rows of the batches that are written: when one is asked for, those before it are. */
  rows(): number;
  failure(): { readonly error: unknown } | undefined;
}

/** Asks for the first batch; a failure before it is thrown, for there is nothing to keep. At most `limit` rows. */
export async function keep(source: AsyncIterable<RecordBatch>, limit = Number.POSITIVE_INFINITY): Promise<Kept> {
  const iterator = source[Symbol.asyncIterator]();
  const begun = await iterator.next();
  let rows = 0;
  let failed: { readonly error: unknown } | undefined;

  async function* batches(): AsyncGenerator<RecordBatch, void, undefined> {
    let step = begun;
    try {
      while (!step.done) {
        const batch = step.value.numRows > limit - rows ? step.value.slice(0, limit - rows) : step.value;
        if (batch.numRows > 0) yield batch;
        rows += batch.numRows;
        if (rows >= limit) return;
        try {
          step = await iterator.next();
        } catch (error) {
          failed = { error };
          return;
        }
      }
    } finally {
      await iterator.return?.();
    }
  }
  return { first: begun.done ? undefined : begun.value, batches, rows: () => rows, failure: () => failed };
}
