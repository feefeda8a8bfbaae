import type { DataType, Field, RecordBatch, Schema } from "apache-arrow";
import { timesOf } from "../table/column.js";
import { lowWord, wordsOf } from "../table/nanos-offsets.js";

/** An input with the batch that is being merged. */
export class Side {
  readonly iterator: AsyncIterator<RecordBatch>;
  /** The positions of the columns besides `time`, and their types. */
  readonly columns: readonly number[];
  readonly types: readonly DataType[];
  batch: RecordBatch | undefined;
  done = false;
  length = 0;
  row = 0;
  #low: Uint32Array = new Uint32Array(0);
  #high: Int32Array | Uint32Array = new Int32Array(0);

  constructor(schema: Schema, batches: AsyncIterable<RecordBatch>) {
    this.columns = [...schema.fields.keys()].filter((index) => schema.fields[index]?.name !== "time");
    // These are positions of fields.
    this.types = this.columns.map((index) => (schema.fields[index] as Field).type);
    this.iterator = batches[Symbol.asyncIterator]();
  }

  /** Whether nothing is known of its next row. */
  get wants(): boolean {
    return !this.done && this.row === this.length;
  }

  /** Takes the next batch that has rows, or is done. */
  async load(): Promise<void> {
    this.batch = undefined;
    this.length = this.row = 0;
    while (!this.done && this.length === 0) {
      const { done, value } = await this.iterator.next();
      if (done) this.done = true;
      else if (value.numRows > 0) {
        ({ low: this.#low, high: this.#high } = wordsOf(timesOf(value)));
        this.batch = value;
        this.length = value.numRows;
      }
    }
  }

  /** The upper half of the time of `row`, signed. */
  high(): number {
    // In bounds while `row` is; asked only then.
    return this.#high[2 * this.row + 1 - lowWord] as number;
  }

  /** The lower half, unsigned. */
  low(): number {
    return this.#low[2 * this.row + lowWord] as number;
  }
}
