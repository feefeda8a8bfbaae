import type { TimeRange } from "@sonde/core";
import type { Archive } from "./archive.js";

type Call = { readonly signal: AbortSignal };
type Order = "oldest" | "newest";

/** The folders of a topic from one end, found by listing level by level: one request for each folder above them, never a listing of files. */
export async function* foldersOf(archive: Archive, topic: string, order: Order, call: Call): AsyncGenerator<TimeRange, void, undefined> {
  const root = `${archive.base}${topic}/`;
  for await (const folder of descend(archive, root, 0, order, call)) {
    const filed = archive.format.rangeOf(folder.slice(root.length, -1));
    if (filed !== undefined) yield filed;
  }
}

async function* descend(
  archive: Archive,
  parent: string,
  level: number,
  order: Order,
  call: Call,
): AsyncGenerator<string, void, undefined> {
  if (level === archive.format.depth) {
    yield parent;
    return;
  }
  const children: string[] = [];
  for await (const { kind, key } of archive.store.list({ prefix: parent, delimiter: "/", signal: call.signal })) {
    if (kind === "prefix" && archive.format.isSegment(key.slice(parent.length, -1), level)) children.push(key);
  }
  if (order === "newest") children.reverse();
  for (const child of children) yield* descend(archive, child, level + 1, order, call);
}

/** The first and the last folder of a topic; undefined where it has none. */
export async function outerFolders(
  archive: Archive,
  topic: string,
  call: Call,
): Promise<{ readonly first: TimeRange; readonly last: TimeRange } | undefined> {
  // Both ends ask for the same upper folders.
  const shared = { ...archive, store: listingOnce(archive.store) };
  const end = async (order: Order) => {
    for await (const folder of foldersOf(shared, topic, order, call)) return folder;
    return undefined;
  };
  const [first, last] = await Promise.all([end("oldest"), end("newest")]);
  return first && last && { first, last };
}

/** A store that asks for each listing with a delimiter once. */
function listingOnce(store: Archive["store"]): Archive["store"] {
  const asked = new Map<string, Promise<{ kind: "prefix" | "object"; key: string }[]>>();
  const all = async (options: Parameters<Archive["store"]["list"]>[0]) => {
    const entries = [];
    for await (const entry of store.list(options)) entries.push(entry);
    return entries;
  };
  return {
    ...store,
    async *list(options = {}) {
      const key = options.prefix ?? "";
      const known = asked.get(key) ?? all(options);
      asked.set(key, known);
      // The entries are those of the store.
      yield* (await known) as Awaited<ReturnType<typeof all>>;
    },
  };
}

/** The names of all topics, in the order of the listing. */
export async function* topicNames(archive: Archive, call: Call): AsyncGenerator<string, void, undefined> {
  for await (const { kind, key } of archive.store.list({ prefix: archive.base, delimiter: "/", signal: call.signal })) {
    const name = key.slice(archive.base.length, -1);
    if (kind === "prefix" && name !== "") yield name;
  }
}
