import { compareKeys } from "./key.js";
import type { Entry, ListOptions, ObjectEntry } from "./store.js";

/** What a listing shows of objects that come in the order of their keys: the rules of prefix, delimiter and start-after in one place. */
export async function* rollUp(
  objects: AsyncIterable<ObjectEntry> | Iterable<ObjectEntry>,
  options: Pick<ListOptions, "prefix" | "delimiter" | "startAfter">,
): AsyncGenerator<Entry, void, undefined> {
  const { prefix = "", delimiter = "", startAfter = "" } = options;
  let last: string | undefined;
  for await (const object of objects) {
    if (!object.key.startsWith(prefix)) continue;
    const at = delimiter === "" ? -1 : object.key.indexOf(delimiter, prefix.length);
    if (at < 0) {
      if (compareKeys(object.key, startAfter) > 0) yield object;
      continue;
    }
    const key = object.key.slice(0, at + delimiter.length);
    if (key === last || compareKeys(key, startAfter) <= 0) continue;
    last = key;
    yield { kind: "prefix", key };
  }
}
