import { cellOf, chunksOf, type Stream, type TimeRange, timesOf } from "@sonde/core";
import type { RecordBatch } from "@sonde/core/connector";

/** Rows that are kept; more are not asked for. */
export const mostRows = 200_000;
const page = 1000;

/** Where a row stands. */
export type Place = { readonly batch: RecordBatch; readonly row: number };

/** Rows of a range that are read on as they are wanted, and kept: the archive is never asked for more than someone looks at. */
export class RowPages {
  readonly #batches: { readonly from: number; readonly batch: RecordBatch }[] = [];
  readonly #abort = new AbortController();
  readonly #iterator: AsyncIterator<RecordBatch>;
  #rows = 0;
  #ended = false;
  #error: unknown;
  #busy: Promise<void> | undefined;

  constructor(stream: Pick<Stream, "read">, range: TimeRange) {
    this.#iterator = stream.read({ ...range, signal: this.#abort.signal })[Symbol.asyncIterator]();
  }

  get rows(): number {
    return this.#rows;
  }
  /** No rows come any more: there are none, something failed, or there are too many. */
  get ended(): boolean {
    return this.#ended;
  }
  get full(): boolean {
    return this.#rows >= mostRows;
  }
  get error(): unknown {
    return this.#error;
  }
  get columns(): readonly string[] {
    return this.#batches[0]?.batch.schema.fields.map(({ name }) => name) ?? [];
  }

  /** Resolves when there are `rows` rows, or no more come. */
  more(rows: number): Promise<void> {
    this.#busy ??= this.#read(Math.min(mostRows, Math.max(rows, this.#rows + page))).finally(() => {
      this.#busy = undefined;
    });
    return this.#busy;
  }

  /** By number, from 0. */
  place(number: number): Place | undefined {
    let [low, high] = [0, this.#batches.length - 1];
    while (low < high) {
      const middle = (low + high + 1) >>> 1;
      if ((this.#batches[middle]?.from ?? 0) <= number) low = middle;
      else high = middle - 1;
    }
    const found = this.#batches[low];
    const row = number - (found?.from ?? 0);
    return found !== undefined && row >= 0 && row < found.batch.numRows ? { batch: found.batch, row } : undefined;
  }

  close(): void {
    this.#abort.abort(new DOMException("nobody looks at the rows any more", "AbortError"));
    this.#iterator.return?.().catch(() => {});
  }

  async #read(rows: number): Promise<void> {
    try {
      while (!this.#ended && this.#rows < rows) {
        const { done, value } = await this.#iterator.next();
        if (done) this.#ended = true;
        else {
          this.#batches.push({ from: this.#rows, batch: value });
          this.#rows += value.numRows;
        }
      }
      if (this.full) this.#ended = true;
    } catch (error) {
      this.#ended = true;
      if (!this.#abort.signal.aborted) this.#error = error;
    }
  }
}

/** A cell as it is stored. */
export function cellAt({ batch, row }: Place, column: string): unknown {
  const [chunk] = chunksOf(batch, column);
  return chunk === undefined ? null : cellOf(chunk, row);
}

export function timeOf({ batch, row }: Place): bigint {
  return timesOf(batch)[row] ?? 0n;
}
