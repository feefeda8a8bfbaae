import type { ListQuery } from "../catalog/types.js";
import { secondsOf } from "../event-model/seconds.js";
import type { MongoDocument } from "./database.js";

/**
 * A listing's query on start documents. `where` is MongoDB's language already, and was checked to run no code; times are asked a little
 * wider, since floats hold them to about 100 ns, and are looked at again.
 */
export function startFilter(query: ListQuery, textByServer: boolean): MongoDocument {
  const parts: MongoDocument[] = [];
  const { range, uidPrefix, scanId, where, text } = query;
  if (range !== undefined) parts.push({ time: { $gte: secondsOf(range.start) - 1e-5, $lte: secondsOf(range.end) + 1e-5 } });
  if (uidPrefix !== undefined && uidPrefix !== "") {
    // Between the prefix and what comes after all that begin by it: no pattern, and an index serves it.
    parts.push({ uid: { $gte: uidPrefix, $lt: `${uidPrefix}\u{10ffff}` } });
  }
  if (scanId !== undefined) parts.push({ scan_id: scanId });
  if (where !== undefined) parts.push(where);
  if (text !== undefined && textByServer) parts.push({ $text: { $search: text } });
  const [only, ...others] = parts;
  if (only === undefined) return {};
  return others.length === 0 ? only : { $and: parts };
}
