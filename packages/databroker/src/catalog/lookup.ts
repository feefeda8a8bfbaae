import { eventModelError } from "../event-model/errors.js";
import type { CatalogBackend, ListQuery, RunHeader, Waiting } from "./types.js";

/** Headers that match, newest first. */
export type Lister = (query: ListQuery, options: Waiting) => AsyncIterable<RunHeader>;
type Place = Pick<CatalogBackend, "name" | "get"> & { readonly list: Lister };

/** As many matches as an error names. */
const named = 10;

/** The run whose uid is, or begins with, `uid`. */
export async function findByUid(place: Place, uid: string, options: Waiting): Promise<RunHeader> {
  if (uid === "") throw eventModelError("RunNotFound", `an empty uid names no run of ${place.name}`, { id: uid });
  const exact = await place.get(uid, options);
  if (exact !== undefined) return exact;
  const matches: RunHeader[] = [];
  for await (const header of place.list({ uidPrefix: uid, expected: named + 1 }, options)) {
    matches.push(header);
    if (matches.length > named) break;
  }
  const [only] = matches;
  if (only === undefined)
    throw eventModelError("RunNotFound", `no run '${uid}' in ${place.name}: list them with \`recent()\``, { id: uid });
  if (matches.length === 1) return only;
  const uids = matches.slice(0, named).map(({ start }) => start.uid);
  const upTo = matches.length > named ? ` (the newest ${named} of them)` : "";
  throw eventModelError("AmbiguousUid", `several runs begin with '${uid}'${upTo}: write more of one of\n${uids.join("\n")}`, {
    matches: uids,
  });
}

/** The newest run with a scan id. */
export async function findByScanId(place: Place, scanId: number, options: Waiting): Promise<RunHeader> {
  for await (const header of place.list({ scanId, expected: 1 }, options)) return header;
  throw eventModelError("RunNotFound", `no run with scan_id=${scanId} in ${place.name}`, { id: String(scanId) });
}

/** The nth newest, counted from 1. */
export async function findRecent(place: Place, nth: number, options: Waiting): Promise<RunHeader> {
  let count = 0;
  for await (const header of place.list({ expected: nth }, options)) if (++count === nth) return header;
  throw outOfRange(place.name, -nth, count);
}

function outOfRange(name: string, index: number, count: number): Error {
  return eventModelError("IndexOutOfRange", `${name} only contains ${count} runs: there is no run ${index}`, { id: String(index), count });
}

/** As a person names it; see `RunCatalog.run`. */
export async function findRun(place: Place, key: string | number, options: Waiting): Promise<RunHeader> {
  if (typeof key === "string") {
    const text = key.trim();
    if (!/^-?\d+$/.test(text)) return findByUid(place, text, options);
    // A uid of digits alone would be taken for a scan id.
    if (/^\d{5,}$/.test(text)) {
      const byUid = await findByUid(place, text, options).catch((error: unknown) => {
        if (error instanceof Error && error.name === "RunNotFound") return undefined;
        throw error;
      });
      if (byUid !== undefined) return byUid;
    }
    return findRun(place, Number(text), options);
  }
  if (!Number.isSafeInteger(key)) {
    throw eventModelError("EventModelValueError", `a run is named by its uid, its scan id or -n for the nth newest, not by ${key}`, {});
  }
  return key < 0 ? findRecent(place, -key, options) : findByScanId(place, key, options);
}

/** Runs from `start` to before `end`, both negative, counted from the newest; newest first. */
export async function findSlice(
  place: Place,
  start: number,
  end: number | undefined,
  step: number,
  options: Waiting,
): Promise<RunHeader[]> {
  if (!Number.isSafeInteger(start) || start >= 0) {
    throw eventModelError("EventModelValueError", `a slice starts at a negative number, -5 for the last five, not at ${start}`, {});
  }
  if (end !== undefined && (!Number.isSafeInteger(end) || end > 0)) {
    throw eventModelError("EventModelValueError", `a slice ends at a negative number, or is left open; not at ${end}`, {});
  }
  if (!Number.isSafeInteger(step) || step < 1) {
    throw eventModelError("EventModelValueError", `a slice steps by a whole number from 1 on, not by ${step}`, {});
  }
  const furthest = -start;
  const newest: RunHeader[] = [];
  for await (const header of place.list({ expected: furthest }, options)) if (newest.push(header) === furthest) break;
  if (newest.length < furthest) throw outOfRange(place.name, start, newest.length);
  const picked: RunHeader[] = [];
  for (let index = start; index < (end === undefined || end === 0 ? 0 : end); index += step) {
    const header = newest[-index - 1];
    if (header !== undefined) picked.push(header);
  }
  return picked.reverse();
}
