import { type ByteSource, follow, type Shared, share, sondeError, whileFollowing } from "@sonde/core/bytes";
import { changed } from "./answer.js";
import type { ObjectInfo, ObjectStore } from "./store.js";

/**
 * A byte source over a store's `head` and `get`. The first answer, or what is known from a listing, fixes the object's state: size, ETag, else
 * time of change.
 */
export function objectSource(store: ObjectStore, object: string | ObjectInfo): ByteSource {
  const key = typeof object === "string" ? object : object.key;
  const name = `${store.name}/${key}`;
  let known = typeof object === "string" ? undefined : object;
  const life = follow([]);
  let asking: Shared<ObjectInfo> | undefined;

  const settle = (info: ObjectInfo): ObjectInfo => {
    if (known !== undefined && !sameState(known, info)) throw changed(name);
    // A listing knows the time to the millisecond where an answer has seconds: the first stays.
    known ??= info;
    return known;
  };

  /** One `head` for all who wait, aborted once none of them does; a failure is not remembered. */
  const ask = async (signal: AbortSignal): Promise<ObjectInfo> => {
    if (known) return known;
    if (asking === undefined || asking.abandoned) asking = share((options) => store.head(key, options));
    const joined = asking;
    try {
      return settle(await joined.join({ signal }));
    } catch (error) {
      if (!signal.aborted && asking === joined) asking = undefined;
      throw error;
    }
  };

  /** Runs under the caller's signal and the source's own life. */
  const alive = <T>(parent: AbortSignal, work: (signal: AbortSignal) => Promise<T>) => whileFollowing([parent, life.signal], work);

  return {
    name,
    size: ({ signal }) => alive(signal, async (own) => (await ask(own)).size),
    read: (range, { signal }) =>
      alive(signal, async (own) => {
        const { start, end } = range;
        const valid = Number.isSafeInteger(start) && Number.isSafeInteger(end) && start >= 0 && end >= start;
        const size = valid && start < end ? known?.size : (await ask(own)).size;
        if (!valid || (size !== undefined && end > size)) throw outside(name, key, start, end, size);
        if (start === end) return new Uint8Array();
        const data = await store.get(key, { range, ifMatch: known?.etag, signal: own });
        const state = settle(data);
        if (data.bytes.length !== end - start) throw outside(name, key, start, end, state.size);
        return data.bytes;
      }),
    async close() {
      life.abort(sondeError("closed", `${name} was closed: open it again to read on`, { id: name }));
    },
  };
}

/** Time counts only where there is no ETag, and to the second, as HTTP tells it. */
function sameState(a: ObjectInfo, b: ObjectInfo): boolean {
  if (a.size !== b.size) return false;
  if (a.etag !== undefined && b.etag !== undefined) return strong(a.etag) === strong(b.etag);
  return a.modified === undefined || b.modified === undefined || a.modified / 1_000_000_000n === b.modified / 1_000_000_000n;
}

function strong(etag: string): string {
  return etag.replace(/^W\//, "");
}

/** Offsets are mostly data themselves, so one outside is damage. */
function outside(name: string, key: string, start: number, end: number, size: number | undefined) {
  const problem = `${name} has ${size ?? "fewer"} bytes, but bytes ${start} to ${end} are asked for: it was cut short, or what points there is damaged`;
  return sondeError("format", problem, { key, ...(Number.isSafeInteger(start) && start >= 0 && { offset: start }) });
}
