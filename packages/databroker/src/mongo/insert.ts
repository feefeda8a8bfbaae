import type { Waiting } from "../catalog/types.js";
import type { DocumentPair } from "../event-model/documents.js";
import { eventModelError } from "../event-model/errors.js";
import { isRecord } from "../event-model/own.js";
import { unpacked } from "../event-model/unpack.js";
import { plainOf } from "../write/plain.js";
import { isDeepStrictEqual } from "./equal.js";
import { exact } from "./exact.js";
import type { CollectionName, MongoStore } from "./store.js";

const collections: { readonly [name: string]: CollectionName } = {
  start: "run_start",
  stop: "run_stop",
  descriptor: "event_descriptor",
  event: "event",
  resource: "resource",
  datum: "datum",
};

/**
 * Adds a document as suitcase does: pages as their rows, arrays as lists, a document that is there already passed over. Rejects
 * `DuplicateUniqueID`, as an EventModelValueError, where another has its uid; `unsupported` for stream resources, which the layout has no place for.
 */
export async function insertDocument(store: MongoStore, pair: DocumentPair, options: Waiting): Promise<void> {
  for (const [name, document] of unpacked(pair)) {
    const collection = collections[name];
    if (collection === undefined) {
      throw eventModelError(
        "EventModelValueError",
        `MongoDB's normalized layout has no place for ${name} documents: keep the run in JSONL`,
        {},
      );
    }
    const plain = plainOf(document);
    if (!isRecord(plain)) continue;
    const key = collection === "datum" ? "datum_id" : "uid";
    let known: unknown;
    for await (const found of store.find(collection, { [key]: plain[key] }, { ...options, limit: 1 })) known = found;
    if (known === undefined) await store.insert(collection, plain, options);
    else if (!isDeepStrictEqual(known, exact(plain))) {
      throw eventModelError(
        "EventModelValueError",
        `DuplicateUniqueID: another ${name} document has the ${key} '${String(plain[key])}'`,
        {},
      );
    }
  }
}
