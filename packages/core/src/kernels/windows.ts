import type { Data, RecordBatch } from "apache-arrow";
import { sondeError } from "../errors.js";
import { batchOf, type ColumnInput } from "../table/batch.js";
import { stepsOf } from "../table/batches.js";
import { chunksOf, timesOf } from "../table/column.js";
import { fieldOf, provenance, provenanceMetadata } from "../table/field.js";
import { schemaOf } from "../table/schema.js";
import { arrowType } from "../table/types.js";
import { floorDivide } from "../time/nanos.js";
import type { Accumulator } from "./windows/accumulator.js";
import { accumulatorOf } from "./windows/accumulator-of.js";
import { OutputColumn } from "./windows/output-column.js";
import { planWindows, type WindowOptions, type WindowPlan } from "./windows/plan.js";
import { TimeSeeker } from "./windows/seek.js";

/** Finished windows are handed on in batches of at least this many, or when the source ends. */
const batchWindows = 4096;

/**
 * Statistics of windows `[k * width, (k + 1) * width)`, counted from the epoch; those without rows are left out. The
 * schema is {@link windowSchema}'s: physical units, the sample's stddev (null for one value). Null and NaN count for
 * nothing; a window in which a quantity has no value has count 0 and null. Memory: one batch (and, for a median, one
 * window). Rows that are statistics are merged as such. Times are read at the edges of windows only.
 *
 * When the source fails, the windows that were finished come first, then its error.
 *
 * @example
 * ```ts
 * for await (const batch of windowBatches(rows, { schema, width: 1_000_000_000n, statistics: ["min", "max", "mean"] })) draw(batch);
 * ```
 */
export async function* windowBatches(batches: AsyncIterable<RecordBatch>, options: WindowOptions): AsyncGenerator<RecordBatch> {
  const plan = planWindows(options);
  const windows = new Windows(plan, options.width);
  for await (const { value, error: failure } of stepsOf(batches)) {
    const error = value === undefined || value.numRows === 0 ? failure : attempt(() => windows.add(value));
    const finished = error || windows.finished >= batchWindows ? windows.take() : undefined;
    if (finished) yield finished;
    if (error) throw error.cause;
  }
  const error = attempt(() => windows.end());
  const finished = windows.take();
  if (finished) yield finished;
  if (error) throw error.cause;
}

function attempt(work: () => void): { readonly cause: unknown } | undefined {
  try {
    work();
    return undefined;
  } catch (cause) {
    return { cause };
  }
}

class Windows {
  readonly #plan: WindowPlan;
  readonly #width: bigint;
  readonly #accumulators: readonly Accumulator[];
  readonly #starts = new OutputColumn(fieldOf("time", arrowType.int64()));
  #schema;
  /** The window that is open. */
  #index: bigint | undefined;
  finished = 0;

  constructor(plan: WindowPlan, width: bigint) {
    this.#plan = plan;
    this.#width = width;
    this.#schema = plan.schema;
    this.#accumulators = plan.quantities.map(({ quantity, outputs }) => accumulatorOf(quantity, outputs));
  }

  add(batch: RecordBatch): void {
    const times = timesOf(batch);
    const seeker = new TimeSeeker(times);
    // A column of a batch is one chunk.
    for (const accumulator of this.#accumulators) accumulator.load((name) => chunksOf(batch, name)[0] as Data);
    const { shift } = this.#plan;
    let row = 0;
    while (row < times.length) {
      // In bounds by the loop.
      const index = floorDivide((times[row] as bigint) - shift, this.#width);
      if (index !== this.#index) this.#open(index, times[row] as bigint);
      const next = seeker.firstAtOrAfter((index + 1n) * this.#width + shift, row);
      for (const accumulator of this.#accumulators) accumulator.add(row, next);
      row = next;
    }
  }

  #open(index: bigint, time: bigint): void {
    if (this.#index === undefined) this.#align(time);
    else if (index < this.#index) {
      throw sondeError("contract", `time goes back to ${time} from the window at ${this.#index * this.#width}: rows must not descend`, {
        rule: "time",
      });
    }
    if (index * this.#width < -(2n ** 63n)) {
      throw sondeError("limit", `the window of ${time} starts before 1677: ask for a width that its first rows are a multiple of`, {
        what: "window start",
        asked: index * this.#width,
        allowed: -(2n ** 63n),
      });
    }
    this.end();
    this.#index = index;
  }

  /** Rows of statistics that do not start at a multiple of their width straddle windows: then these are not exact, and say so. */
  #align(time: bigint): void {
    const { rows, shift, schema } = this.#plan;
    const known = provenance(schema);
    if (rows === undefined || !known?.exact || (time - shift - rows.phase) % rows.width === 0n) return;
    this.#schema = schemaOf(schema.fields, new Map(schema.metadata).set(...provenanceMetadata({ ...known, exact: false })));
  }

  /** Closes the open window. */
  end(): void {
    if (this.#index === undefined) return;
    const start = this.#index * this.#width;
    for (const accumulator of this.#accumulators) accumulator.close(start);
    this.#starts.push(start);
    this.#index = undefined;
    this.finished++;
  }

  /** The windows closed so far. */
  take(): RecordBatch | undefined {
    const windows = this.finished;
    if (windows === 0) return undefined;
    this.finished = 0;
    // Without a prototype: the names are data.
    const columns: { [name: string]: ColumnInput } = Object.create(null);
    columns.time = this.#starts.take(windows);
    for (const [index, { outputs }] of this.#plan.quantities.entries()) {
      const taken = this.#accumulators[index]?.take(windows) ?? [];
      // An accumulator gives a column for each output.
      for (const [k, { field }] of outputs.entries()) columns[field.name] = taken[k] as ColumnInput;
    }
    return batchOf(this.#schema, columns);
  }
}
