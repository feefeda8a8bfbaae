import { type RecordBatch, type Schema, sondeError, type Table, tableOf, takeRows } from "@sonde/core/connector";

/** Rows that come as they are pulled, in batches of up to 64 Ki; iterating again asks again. */
export interface InfluxRows extends AsyncIterable<RecordBatch> {
  /** All of them. Rejects `limit` past `maxBytes`, 2 GiB without. */
  table(options?: { readonly maxBytes?: number | undefined }): Promise<Table>;
}

const mostBytes = 2 ** 31;

export function rowsOf(
  what: string,
  start: () => Promise<{ readonly schema: Schema; readonly batches: AsyncIterable<RecordBatch> }>,
): InfluxRows {
  return {
    async *[Symbol.asyncIterator]() {
      yield* (await start()).batches;
    },
    async table({ maxBytes = mostBytes } = {}) {
      const { schema, batches } = await start();
      const all: RecordBatch[] = [];
      let bytes = 0;
      for await (const batch of batches) {
        bytes += batch.numRows * 8 * schema.fields.length;
        if (bytes > maxBytes) {
          throw sondeError(
            "limit",
            `a table of '${what}' would hold more than ${maxBytes} bytes: narrow the range, iterate the batches, or raise maxBytes`,
            {
              what: "bytes of a table",
              asked: bytes,
              allowed: maxBytes,
              option: "maxBytes",
            },
          );
        }
        all.push(batch);
      }
      return tableOf(schema, all);
    },
  };
}

/** Batches that came in descending order, ascending. */
export function reversed(batches: readonly RecordBatch[]): readonly RecordBatch[] {
  return batches.toReversed().map((batch) =>
    takeRows(
      batch,
      Int32Array.from({ length: batch.numRows }, (_, row) => batch.numRows - 1 - row),
    ),
  );
}
