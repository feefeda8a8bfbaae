import { isSondeError, mapConcurrent, sondeError } from "@sonde/core/bytes";
import type { Entry, ObjectStore } from "@sonde/object-store";
import { idsOf, packageName, timeOfId } from "../package/key.js";
import { orLost } from "./one-package.js";
import type { BackEndCall, PackageKey, PackageStorage, StoredTopic } from "./types.js";

/** Ids of 13 digits sort as text as they do as numbers: from 2001 to 2286. */
const FIRST_ID = 10n ** 12n;
const AFTER_IDS = 10n ** 13n;
/** Folders within folders that may be topics; names of topics hold slashes where a device keeps the `drift/` of MQTT. */
const DEEPEST = 4;
/** What one page of a bucket's listing holds: to look at one entry costs as much. */
const PAGE = 1000;

export type ObjectPackagesOptions = {
  readonly name: string;
  /** For one package, in nanoseconds. */
  readonly timeout: bigint;
};

/** Packages as objects `<topic>/<ms>.dp`: a bucket of MinIO, or a folder that was exported. Listings hold ids of 13 digits. */
export function objectPackages(store: ObjectStore, { name, timeout }: ObjectPackagesOptions): PackageStorage {
  const read = async (key: PackageKey, { signal }: BackEndCall): Promise<Uint8Array> => {
    const path = packageName(key);
    try {
      return (await store.get(path, { signal })).bytes;
    } catch (error) {
      if (!isSondeError(error, "not-found")) throw error;
      throw sondeError("not-found", `no package ${path} in ${name}: list them by packageNames()`, { id: path, cause: error });
    }
  };

  async function* keys(topic: string, { first, end }: { readonly first: bigint; readonly end: bigint }, { signal }: BackEndCall) {
    const prefix = `${topic}/`;
    if (first >= end || end <= FIRST_ID) return;
    const startAfter = first > FIRST_ID ? { startAfter: `${prefix}${first - 1n}.dp` } : {};
    for await (const entry of store.list({ prefix, delimiter: "/", ...startAfter, signal })) {
      const id = idOf(entry, prefix);
      if (id === undefined || entry.kind === "prefix" || id < first) continue;
      if (id >= end) return;
      yield { topic, id, size: entry.size };
    }
  }
  const bounds = (range: { readonly start: bigint; readonly end: bigint } | undefined) =>
    range === undefined ? { first: FIRST_ID, end: AFTER_IDS } : idsOf(range);

  /** The last ids from `first` on: all of them where they are fewer than a page, else its first and last. */
  const page = async (topic: string, first: bigint, call: BackEndCall) => {
    let last: bigint | undefined;
    let count = 0;
    for await (const { id } of keys(topic, { first, end: AFTER_IDS }, call)) {
      last = id;
      if (++count === PAGE) return { last, complete: false };
    }
    return { last, complete: true };
  };

  const lastId = async (topic: string, call: BackEndCall): Promise<bigint | undefined> => {
    let { last: low, complete } = await page(topic, FIRST_ID, call);
    if (low === undefined || complete) return low;
    // There is something at `low`, and nothing is known of what follows: halve until a page reaches the end.
    for (let high = AFTER_IDS; !complete; ) {
      const middle = (low + high) / 2n;
      const found = await page(topic, middle === low ? low + 1n : middle, call);
      if (found.last === undefined) high = middle;
      else low = found.last;
      complete = found.complete && found.last !== undefined;
      if (high - low <= 1n) break;
    }
    return low;
  };

  async function topicsBelow(prefix: string, depth: number, call: BackEndCall): Promise<StoredTopic[]> {
    const below: string[] = [];
    let first: bigint | undefined;
    for await (const entry of store.list({ ...(prefix === "" ? {} : { prefix }), delimiter: "/", signal: call.signal })) {
      if (entry.kind === "prefix") below.push(entry.key);
      else first = idOf(entry, prefix);
      // Digits come before letters, so that folders may follow; they are looked for only where no package is.
      if (first !== undefined && prefix !== "") break;
    }
    const own = first === undefined || prefix === "" ? [] : [{ topic: prefix.slice(0, -1) }];
    if (depth >= DEEPEST) return own;
    const nested: StoredTopic[] = [];
    for await (const found of mapConcurrent(below, 8, (one, { signal }) => topicsBelow(one, depth + 1, { ...call, signal }), call)) {
      nested.push(...found);
    }
    return [...own, ...nested];
  }

  return {
    name,
    async info({ signal }) {
      signal.throwIfAborted();
      // The first page of a listing, of which nothing but its coming counts.
      for await (const _ of store.list({ delimiter: "/", signal })) break;
      return { store: store.name };
    },
    async topics(call) {
      call.signal.throwIfAborted();
      const topics = await topicsBelow("", 0, call);
      return topics.sort((a, b) => (a.topic < b.topic ? -1 : 1));
    },
    keys: (topic, { range }, call) => keys(topic, bounds(range), call),
    packages(topic, { range, concurrency = 8 }, call) {
      const get = (key: PackageKey, { signal }: { readonly signal: AbortSignal }) =>
        orLost(key, (own) => read(key, { ...call, ...own }), { signal, timeout });
      return mapConcurrent(keys(topic, bounds(range), call), concurrency, get, call);
    },
    get: read,
    async latest(topic, call) {
      const id = await lastId(topic, call);
      return id === undefined ? undefined : { topic, id, bytes: await read({ topic, id }, call) };
    },
  };
}

function idOf({ key }: Entry, prefix: string): bigint | undefined {
  const match = /^(\d{13})\.dp$/.exec(key.slice(prefix.length));
  return match === null ? undefined : BigInt(match[1] ?? "");
}

/** The extent of ids, in nanoseconds. */
export function extentOfIds(first: bigint, last: bigint) {
  return { start: timeOfId(first), end: timeOfId(last) + 1n };
}
