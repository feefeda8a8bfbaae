import type { RecordBatch } from "apache-arrow";
import { cellOf } from "../../src/table/column.js";

/** Every cell of every row, by the slow and plain way. */
export function rowsOfBatch(batch: RecordBatch): Record<string, unknown>[] {
  return Array.from({ length: batch.numRows }, (_, row) =>
    Object.fromEntries(batch.schema.fields.map((field, index) => [field.name, cellOf(batch.data.children[index]!, row)])),
  );
}

export async function collect(batches: AsyncIterable<RecordBatch>): Promise<RecordBatch[]> {
  const all: RecordBatch[] = [];
  for await (const batch of batches) all.push(batch);
  return all;
}

export async function rowsOfAll(batches: AsyncIterable<RecordBatch>): Promise<Record<string, unknown>[]> {
  return (await collect(batches)).flatMap(rowsOfBatch);
}

/** As a source: one batch after another, then an error where one is given. `closed` tells whether it was released. */
export function source(batches: readonly RecordBatch[], error?: unknown) {
  const state = { closed: false, pulled: 0 };
  async function* generate() {
    try {
      for (const batch of batches) {
        state.pulled++;
        yield batch;
      }
      if (error !== undefined) throw error;
    } finally {
      state.closed = true;
    }
  }
  return Object.assign(generate(), { state });
}

/** The batch cut at the given rows. */
export function cut(batch: RecordBatch, at: readonly number[]): RecordBatch[] {
  const edges = [0, ...[...at].map((row) => Math.min(row, batch.numRows)).sort((a, b) => a - b), batch.numRows];
  return edges.slice(1).map((edge, index) => batch.slice(edges[index]!, edge));
}

export const floor = (value: bigint, width: bigint) => (value >= 0n ? value / width : -((-value + width - 1n) / width));

/** The statistics of some values, in exact or compensated arithmetic. */
export function statisticsOfValues(values: readonly (number | bigint)[]) {
  const count = values.length;
  if (count === 0) return { count: 0n, min: null, max: null, sum: null, mean: null, stddev: null, median: null };
  const sorted = [...values].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
  const rational = values.map(exact);
  const sum = rational.reduce((a, b) => a + b, 0n);
  // Sum of squared distances times count, exactly: n * sum(x^2) - sum(x)^2.
  const spread = rational.reduce((a, b) => a + b * b, 0n) * BigInt(count) - sum * sum;
  const half = count >> 1;
  return {
    count: BigInt(count),
    min: sorted[0]!,
    max: sorted[count - 1]!,
    sum: Number(sum) / unit,
    mean: Number((sum * 2n ** 64n) / BigInt(count)) / unit / 2 ** 64,
    stddev: count < 2 ? null : Math.sqrt(Number((spread * 2n ** 64n) / (BigInt(count) * BigInt(count - 1))) / 2 ** 64) / unit,
    median: count % 2 ? Number(sorted[half]!) : (Number(sorted[half - 1]!) + Number(sorted[half]!)) / 2,
  };
}

const unit = 2 ** 20;
/** In units of 2^-20, in which the tests' numbers are whole. */
const exact = (value: number | bigint) => (typeof value === "bigint" ? value << 20n : BigInt(Math.round(value * unit)));
