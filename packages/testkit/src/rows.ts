import { cellOf, type Nanos, timesOf } from "@sonde/core/connector";
import type { Data, RecordBatch } from "./arrow.js";
import { ensure, show } from "./ensure.js";
import { equal } from "./equal.js";

/** What a read gave, every cell exact. */
export interface Rows {
  readonly batches: readonly RecordBatch[];
  readonly times: readonly Nanos[];
  /** By column name, in the schema's order; `time` is among them. */
  readonly columns: ReadonlyMap<string, readonly unknown[]>;
}

export function rowsOf(batches: readonly RecordBatch[]): Rows {
  const columns = new Map<string, unknown[]>();
  const times: Nanos[] = [];
  for (const batch of batches) {
    for (const time of timesOf(batch)) times.push(time);
    for (const [index, field] of batch.schema.fields.entries()) {
      let cells = columns.get(field.name);
      if (cells === undefined) columns.set(field.name, (cells = []));
      const data = batch.data.children[index];
      ensure(data !== undefined, `a batch has no data for its column '${field.name}'`);
      for (let row = 0; row < batch.numRows; row++) cells.push(cellOf(data, row));
    }
  }
  return { batches, times, columns };
}

export async function gather<T>(items: AsyncIterable<T>, most = Number.POSITIVE_INFINITY): Promise<T[]> {
  const gathered: T[] = [];
  if (most <= 0) return gathered;
  for await (const item of items) {
    gathered.push(item);
    if (gathered.length >= most) break;
  }
  return gathered;
}

/** After all rows of any archive: the year 2043. Some stores take no later time. */
export const endOfTime: Nanos = 2n ** 61n;

export const readRows = async (batches: AsyncIterable<RecordBatch>): Promise<Rows> => rowsOf(await gather(batches));

/** The rows for which `keep` says yes, with the columns named. */
export function pick(rows: Rows, keep: (time: Nanos, row: number) => boolean, columns?: readonly string[]): Rows {
  const kept = rows.times.map(keep);
  const names = columns === undefined ? undefined : new Set(["time", ...columns]);
  return {
    batches: [],
    times: rows.times.filter((_, row) => kept[row]),
    columns: new Map(
      [...rows.columns].filter(([name]) => names?.has(name) ?? true).map(([name, cells]) => [name, cells.filter((_, row) => kept[row])]),
    ),
  };
}

/** Same instants, same columns in the same order, same cells. Batches may be cut elsewhere. */
export function ensureSameRows(got: Rows, wanted: Rows, what: string): void {
  ensure(got.times.length === wanted.times.length, `${what}: ${got.times.length} rows instead of ${wanted.times.length}`);
  if (wanted.times.length === 0) return;
  const row = wanted.times.findIndex((time, index) => time !== got.times[index]);
  ensure(row < 0, () => `${what}: row ${row} is at ${show(got.times[row])} instead of ${show(wanted.times[row])}`);
  const names = [...got.columns.keys()].join(", ");
  const expected = [...wanted.columns.keys()].join(", ");
  ensure(names === expected, `${what}: columns ${names} instead of ${expected}`);
  for (const [name, cells] of wanted.columns) {
    const other = got.columns.get(name) ?? [];
    const at = cells.findIndex((cell, index) => !equal(cell, other[index]));
    ensure(at < 0, () => `${what}: '${name}' of row ${at} is ${show(other[at])} instead of ${show(cells[at])}`);
  }
}

/** Bytes that the rows of a column take, without padding. */
export function bytesOf(data: Data): number {
  const children = data.children.reduce((sum: number, child: Data) => sum + bytesOf(child), 0);
  const offsets = data.valueOffsets;
  if (offsets?.length > data.length)
    return children + (data.length + 1) * 4 + (data.values ? Number(offsets[data.length]) - Number(offsets[0]) : 0);
  return children + (data.values?.byteLength ?? 0);
}
