import type { CallOptions, Dataset, FieldValues } from "@sonde/hdf5";
import { asTicks, candidates, lower, type RowOrder } from "./row-order.js";

/** Rows of a table in order of time: stored ticks, and the other columns asked for. */
export type EventRows = { readonly ticks: BigInt64Array; readonly fields: { readonly [name: string]: FieldValues } };
type Query = {
  readonly dataset: Dataset;
  readonly order: RowOrder;
  readonly size: number;
  /** In stored ticks, half open. */
  readonly from: bigint;
  readonly to: bigint;
  /** Besides `timestamp`. */
  readonly names: readonly string[];
  /** The most rows of a piece. */
  readonly pieceRows: number;
};

/** Pieces of at most `pieceRows` rows, none empty. */
export async function* eventRows(query: Query, options: CallOptions): AsyncGenerator<EventRows, void, undefined> {
  const span = candidates(query.order, query.size, query.from, query.to);
  if (span.end <= span.start) return;
  if (query.order.sorted) yield* inStoredOrder(query, span, options);
  else yield* inSortedOrder(query, query.order, span, options);
}

async function* inStoredOrder(
  query: Query,
  rows: { start: number; end: number },
  options: CallOptions,
): AsyncGenerator<EventRows, void, undefined> {
  const names = ["timestamp", ...query.names];
  for await (const { fields } of query.dataset.fieldBlocks({ names, rows, blockRows: query.pieceRows, ...options })) {
    const ticks = asTicks(fieldOf(fields, "timestamp"), query.dataset.path);
    const start = lower(ticks, query.from);
    const end = lower(ticks, query.to);
    if (end <= start) continue;
    yield {
      ticks: ticks.subarray(start, end),
      fields: mapFields(query.names, (name) => slice(fieldOf(fields, name), ticks.length, start, end)),
    };
  }
}

async function* inSortedOrder(
  query: Query,
  order: RowOrder & { sorted: false },
  span: { start: number; end: number },
  options: CallOptions,
): AsyncGenerator<EventRows, void, undefined> {
  for (let at = span.start; at < span.end; at += query.pieceRows) {
    const end = Math.min(at + query.pieceRows, span.end);
    yield { ticks: order.ticks.slice(at, end), fields: await gather(query, order.rows.subarray(at, end), options) };
  }
}

/** Single rows of a table: neighbours in the file are read together. */
async function gather(query: Query, rows: Uint32Array, options: CallOptions): Promise<EventRows["fields"]> {
  const byRow = Uint32Array.from(rows, (_row, position) => position).sort((a, b) => (rows[a] ?? 0) - (rows[b] ?? 0));
  const result = new Map<string, FieldValues>();
  for (let at = 0; at < byRow.length; ) {
    const first = rows[byRow[at] ?? 0] ?? 0;
    let count = 1;
    while (at + count < byRow.length && (rows[byRow[at + count] ?? 0] ?? 0) - first < query.pieceRows) count++;
    const last = rows[byRow[at + count - 1] ?? 0] ?? 0;
    const fields = await query.dataset.fields({ names: query.names, rows: { start: first, end: last + 1 }, ...options });
    for (const name of query.names) {
      const source = fieldOf(fields, name);
      const width = source.length / (last + 1 - first);
      const target = result.get(name) ?? emptyLike(source, width * rows.length);
      result.set(name, target);
      for (let k = at; k < at + count; k++) copyRow(source, (rows[byRow[k] ?? 0] ?? 0) - first, target, byRow[k] ?? 0, width);
    }
    at += count;
  }
  return mapFields(query.names, (name) => result.get(name) ?? []);
}

function copyRow(source: FieldValues, from: number, target: FieldValues, to: number, width: number): void {
  // Both are of one kind by `emptyLike`; a union of typed arrays has no common assignment.
  const values = target as { [index: number]: unknown };
  for (let k = 0; k < width; k++) values[to * width + k] = source[from * width + k];
}

function emptyLike(values: FieldValues, length: number): FieldValues {
  if (!ArrayBuffer.isView(values)) return new Array<string>(length).fill("");
  // A typed array's constructor makes one of its own kind.
  return new (values.constructor as new (length: number) => Float64Array)(length);
}

/** Fields may hold several values a row. */
function slice(values: FieldValues, rows: number, start: number, end: number): FieldValues {
  const width = values.length / rows;
  return ArrayBuffer.isView(values) ? values.subarray(start * width, end * width) : values.slice(start * width, end * width);
}

function fieldOf(fields: { readonly [name: string]: FieldValues }, name: string): FieldValues {
  // Asked for by name, so it is there.
  return fields[name] as FieldValues;
}

/** Without a prototype, as the reader's own. */
export function mapFields<T>(names: readonly string[], make: (name: string) => T): { readonly [name: string]: T } {
  const result: { [name: string]: T } = Object.create(null);
  for (const name of names) result[name] = make(name);
  return result;
}
