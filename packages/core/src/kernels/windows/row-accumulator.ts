import type { ColumnInput } from "../../table/batch.js";
import type { Accumulator } from "./accumulator.js";
import { OutputColumn } from "./output-column.js";
import type { Output } from "./plan.js";

/** How many rows a window has: all that can be said of events without a number. */
export class RowAccumulator implements Accumulator {
  readonly #columns: readonly OutputColumn[];
  #rows = 0;

  constructor(outputs: readonly Output[]) {
    this.#columns = outputs.map(({ field }) => new OutputColumn(field));
  }

  load(): void {}

  add(from: number, to: number): void {
    this.#rows += to - from;
  }

  close(): void {
    for (const column of this.#columns) column.push(this.#rows);
    this.#rows = 0;
  }

  take(windows: number): ColumnInput[] {
    return this.#columns.map((column) => column.take(windows));
  }
}
