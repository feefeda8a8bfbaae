import { RecordBatch, type Schema, Table } from "apache-arrow";
import { byteLengthOf } from "./bytes.js";
import { concatBatches } from "./concat.js";
import type { DecodeCell } from "./rows.js";

/** What every writer and kernel takes: a table, a batch, or batches as they come. */
export type BatchSource = Table | RecordBatch | Iterable<RecordBatch> | AsyncIterable<RecordBatch>;

/** The batches of any source, one after another; empty ones are left out. */
export async function* batchesOf(source: BatchSource): AsyncGenerator<RecordBatch> {
  // A table iterates over rows, so its batches are named.
  const batches = isTable(source) ? source.batches : source instanceof RecordBatch ? [source] : source;
  for await (const batch of batches) if (batch.numRows > 0) yield batch;
}

/** The schema where the source knows it before its first batch. */
export function schemaOfSource(source: BatchSource): Schema | undefined {
  return isTable(source) || source instanceof RecordBatch ? source.schema : undefined;
}

/** How the source shows cells that are stored encoded, where it says so: batches of a stream do. */
export function decoderOfSource(source: BatchSource): DecodeCell | undefined {
  if (!("decode" in source) || typeof source.decode !== "function") return undefined;
  // What a stream's batches carry under that name, by their interface.
  return source.decode as DecodeCell;
}

function isTable(source: BatchSource): source is Table {
  return source instanceof Table;
}

/** One step of a source: a value, or the error that ends it. */
export type Step<T> =
  | { readonly value: T; readonly error?: undefined }
  | { readonly value?: undefined; readonly error: { readonly cause: unknown } };

/**
 * The source's values and, instead of a throw, its error as the last step: so an operator with a buffer can hand on
 * what is complete before it rethrows. An early return reaches the source.
 */
export async function* stepsOf<T>(source: AsyncIterable<T> | Iterable<T>): AsyncGenerator<Step<T>> {
  try {
    for await (const value of source) yield { value };
  } catch (cause) {
    yield { error: { cause } };
  }
}

/**
 * Small batches put together until they hold `rows` rows (64 Ki) or `bytes` bytes (8 MB), never cut and in their order; larger
 * ones pass untouched. Rows that wait are handed on before an error of the source is.
 */
export async function* coalesceBatches(
  source: AsyncIterable<RecordBatch>,
  options: { readonly rows?: number; readonly bytes?: number } = {},
): AsyncGenerator<RecordBatch> {
  const { rows: maxRows = 65_536, bytes: maxBytes = 8_000_000 } = options;
  let waiting: RecordBatch[] = [];
  let rows = 0;
  let bytes = 0;
  const flush = () => {
    const [first, ...rest] = waiting;
    waiting = [];
    rows = bytes = 0;
    return first && concatBatches([first, ...rest]);
  };
  for await (const { value, error } of stepsOf(source)) {
    const size = value ? byteLengthOf(value) : 0;
    if (error || rows + value.numRows > maxRows || bytes + size > maxBytes) {
      const whole = flush();
      if (whole) yield whole;
    }
    if (error) throw error.cause;
    if (value.numRows === 0) continue;
    waiting.push(value);
    rows += value.numRows;
    bytes += size;
  }
  const whole = flush();
  if (whole) yield whole;
}
