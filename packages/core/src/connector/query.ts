import type { RecordBatch } from "apache-arrow";
import type { StreamInfo, StreamQuery, TimeRange } from "../contract.js";
import { timesOf } from "../table/column.js";

/** Whether a stream is one that `query` asks for: its collection exactly, or by the prefix that ends in "/", and its name. */
export function matchesQuery(stream: Pick<StreamInfo, "name" | "collection">, query: StreamQuery): boolean {
  const { collection, name } = query;
  if (name !== undefined && name !== stream.name) return false;
  if (collection === undefined) return true;
  return collection.endsWith("/") ? (stream.collection?.startsWith(collection) ?? false) : stream.collection === collection;
}

/** The extent of rows at hand, in time order; null when there are none. */
export function extentOf(batches: readonly RecordBatch[]): TimeRange | null {
  const filled = batches.filter((batch) => batch.numRows > 0);
  const [first, last] = [filled[0], filled.at(-1)];
  const [start, end] = [first && timesOf(first)[0], last && timesOf(last).at(-1)];
  return start === undefined || end === undefined ? null : { start, end: end + 1n };
}
