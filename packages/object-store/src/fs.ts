import { limitError, mapConcurrent, sondeError } from "@sonde/core/bytes";
import { platform } from "#platform";
import { changed } from "./answer.js";
import type { FileState, Folder } from "./folder.js";
import { handleFolder } from "./folder-handle.js";
import { askedOf } from "./get-options.js";
import { checkListing, compareKeys, folderSegments, isUnsafeName } from "./key.js";
import { rollUp } from "./roll-up.js";
import { objectSource } from "./source.js";
import type { Entry, ListOptions, ObjectInfo, ObjectStore } from "./store.js";
import { ownBytes, signalOf } from "./transport.js";

export type FsOptions = {
  /** The most that one `get` may bring into memory. Default 256 MiB. */
  readonly maxBytes?: number | undefined;
};

/** Deeper folders are listed no more: a `limit`. */
const DEEPEST = 64;
/** Files looked at in parallel by a listing, which wants their sizes. */
const LOOKS = 16;

/**
 * A folder as a bucket: the key is the path below it, with "/" on every system. In Node by path, anywhere by directory handle. Nothing
 * outside is read or written: keys that climb are refused, and so are links that lead out.
 *
 * The ETag is made of size and time of change. A listing holds one folder's names at a time for each level that it is in.
 *
 * @example
 * ```ts
 * const mirror = fs("./bucket");
 * for await (const { key } of mirror.list({ prefix: "topics/" })) console.log(key);
 * ```
 */
export function fs(folder: string | URL | FileSystemDirectoryHandle, options: FsOptions = {}): ObjectStore {
  const place = typeof folder === "string" || folder instanceof URL ? platform.openFolder(folder) : handleFolder(folder);
  const { name } = place;
  const maxBytes = options.maxBytes ?? 256 * 2 ** 20;

  const look = async (key: string, signal: AbortSignal): Promise<ObjectInfo> => {
    signal.throwIfAborted();
    const file = await place.open(folderSegments(key), signal);
    await file.close();
    return infoOf(key, file.state);
  };

  const store: ObjectStore = {
    name,
    async *list(listing = {}) {
      const signal = signalOf(listing);
      signal.throwIfAborted();
      checkListing(listing);
      const found = walk(place, [], listing, signal);
      const looked = mapConcurrent(
        found,
        LOOKS,
        (entry, own) => (entry.kind === "prefix" ? Promise.resolve([entry]) : known(entry.key, own.signal)),
        { signal },
      );
      for await (const entries of looked) {
        for (const entry of entries) yield entry;
      }
    },

    head: async (key, call = {}) => look(key, signalOf(call)),

    async get(key, get = {}) {
      const signal = signalOf(get);
      signal.throwIfAborted();
      const target = `${name}/${key}`;
      const asked = askedOf(get.range);
      const file = await place.open(folderSegments(key), signal);
      try {
        const info = infoOf(key, file.state);
        if (get.ifMatch !== undefined && get.ifMatch !== info.etag) throw changed(target);
        const { size } = info;
        if (asked && "start" in asked && asked.start >= size && asked.start > 0) {
          throw sondeError("format", `${target} has no byte ${asked.start}: it was cut short, or what points there is damaged`, {
            key,
            offset: asked.start,
          });
        }
        const start = asked === undefined ? 0 : "last" in asked ? Math.max(0, size - asked.last) : asked.start;
        const end = asked === undefined ? 0 : "last" in asked ? size : Math.min(asked.end ?? size, size);
        if (end - start > maxBytes) throw limitError("maxBytes", end - start, maxBytes, target);
        const bytes = await file.read(start, end, signal);
        if (infoOf(key, await file.check(signal)).etag !== info.etag) throw changed(target);
        return { ...info, bytes, range: { start, end } };
      } finally {
        await file.close();
      }
    },

    async put(key, bytes, put = {}) {
      const signal = signalOf(put);
      signal.throwIfAborted();
      await place.write(folderSegments(key), ownBytes(bytes), signal);
      return look(key, signal);
    },

    source: (object) => objectSource(store, object),
  };

  /** Nothing where the file went since. */
  const known = async (key: string, signal: AbortSignal): Promise<readonly Entry[]> => {
    try {
      return [{ kind: "object", ...(await look(key, signal)) }];
    } catch (error) {
      if (error instanceof Error && "code" in error && error.code === "not-found") return [];
      throw error;
    }
  };
  return store;
}

function infoOf(key: string, { size, modified }: FileState): ObjectInfo {
  return { key, size, etag: `"${modified.toString(36)}-${size.toString(36)}"`, modified };
}

type Found = { readonly kind: "object"; readonly key: string; readonly size: number } | { readonly kind: "prefix"; readonly key: string };

/**
 * The files below a folder in the order of their keys, those that a listing can't show passed by without a look. A folder sorts as its
 * name with a slash behind. Sizes are still 0.
 */
async function* walk(
  place: Folder,
  path: readonly string[],
  listing: ListOptions,
  signal: AbortSignal,
): AsyncGenerator<Found, void, undefined> {
  yield* rollUp(files(place, path, listing, signal), listing);
}

async function* files(
  place: Folder,
  path: readonly string[],
  listing: ListOptions,
  signal: AbortSignal,
): AsyncGenerator<Found & { readonly kind: "object" }, void, undefined> {
  const { prefix = "", delimiter, startAfter = "" } = listing;
  if (path.length > DEEPEST) {
    throw sondeError("limit", `${[place.name, ...path].join("/")} is deeper than ${DEEPEST} folders, list a folder inside it`, {
      what: place.name,
      asked: path.length,
      allowed: DEEPEST,
    });
  }
  const base = path.map((segment) => `${segment}/`).join("");
  const children = (await place.children(path, signal))
    .filter(({ name }) => !isUnsafeName(name))
    .map(({ name, kind }) => ({ name, kind, key: base + name + (kind === "folder" ? "/" : "") }))
    .filter(({ key, kind }) => key.startsWith(prefix) || (kind === "folder" && prefix.startsWith(key)))
    .sort((a, b) => compareKeys(a.key, b.key));
  for (const { name, kind, key } of children) {
    signal.throwIfAborted();
    // Everything in the folder begins with its key, so that it lies before `startAfter` as a whole, or after it, or holds it.
    if (compareKeys(key, startAfter) < 0 && !startAfter.startsWith(key)) continue;
    if (kind === "file") yield { kind: "object", key, size: 0 };
    else if (delimiter === "/" && key.length > prefix.length && key.startsWith(prefix)) {
      // It is shown as one prefix, if anything is in it: one file is enough to know.
      if (compareKeys(key, startAfter) <= 0) continue;
      for await (const file of files(place, [...path, name], { prefix: key }, signal)) {
        yield file;
        break;
      }
    } else yield* files(place, [...path, name], listing, signal);
  }
}
