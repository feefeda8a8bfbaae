import type { Data } from "apache-arrow";
import type { ColumnInput } from "../../table/batch.js";

/** The statistics of one quantity, window by window. */
export interface Accumulator {
  /** Makes the columns of the next batch ready. */
  load(columnOf: (name: string) => Data): void;
  /** Takes rows `from` up to `to` (exclusive) of that batch into the open window. */
  add(from: number, to: number): void;
  /** Ends the window, which starts at `start`. */
  close(start: bigint): void;
  /** The results of the first `windows` windows closed, a column for each output in order; forgets all. */
  take(windows: number): ColumnInput[];
}
