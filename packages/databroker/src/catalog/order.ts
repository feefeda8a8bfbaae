import { nanosOf } from "../event-model/seconds.js";
import type { ListQuery, RunHeader } from "./types.js";

/** Newest first: by time descending, then by uid descending, so that equal times have an order too. */
export function newestFirst(a: RunHeader, b: RunHeader): number {
  return b.start.time - a.start.time || (a.start.uid < b.start.uid ? 1 : a.start.uid > b.start.uid ? -1 : 0);
}

/** The parts of a listing's query that need no evaluation: range, uid, scan id. */
export function fitsListing({ start }: RunHeader, query: ListQuery): boolean {
  if (query.uidPrefix !== undefined && !start.uid.startsWith(query.uidPrefix)) return false;
  if (query.scanId !== undefined && Number(start.scan_id ?? Number.NaN) !== query.scanId) return false;
  if (query.range === undefined) return true;
  const time = nanosOf(start.time);
  return time >= query.range.start && time < query.range.end;
}
