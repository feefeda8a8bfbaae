import { type Row, rowsOf } from "@sonde/core";
import { type Many, many, type RecordBatch, type Schema, type Table, tableOf } from "@sonde/core/connector";
import type { SkippedFile } from "../read/faults.js";

/** Rows that come batch by batch; iterating again reads again. */
export interface EfdRows extends AsyncIterable<RecordBatch> {
  /** All in memory. */
  table(): Promise<Table>;
  rows(): Many<Row>;
  /** The files that the latest iteration could not read, with the reason; see `onDamaged`. */
  readonly skipped: readonly SkippedFile[];
}

/** What makes them: `iterate` starts anew each time and tells the files that it skips; `schema` is asked where no batch came. */
export type RowsPlan = {
  iterate(skipped: SkippedFile[]): AsyncGenerator<RecordBatch, void, undefined>;
  schema(): Promise<Schema>;
};

export function efdRows({ iterate, schema }: RowsPlan): EfdRows {
  let skipped: SkippedFile[] = [];
  const start = () => {
    skipped = [];
    return iterate(skipped);
  };
  return {
    [Symbol.asyncIterator]: start,
    async table() {
      const batches: RecordBatch[] = [];
      for await (const batch of start()) batches.push(batch);
      return tableOf(batches[0]?.schema ?? (await schema()), batches);
    },
    rows: () =>
      many(async function* () {
        for await (const batch of start()) yield* rowsOf(batch);
      }),
    get skipped() {
      return skipped;
    },
  };
}
