import { delay } from "@sonde/core/bytes";
import { inOrder } from "../catalog/equal-times.js";
import type { CatalogBackend, ListQuery, RunHeader, Waiting } from "../catalog/types.js";
import type { DocumentPair, EventDescriptor } from "../event-model/documents.js";
import { eventModelError } from "../event-model/errors.js";
import { asDocument } from "../event-model/validate.js";
import { connectMongo, type MongoAddress, type MongoDatabase, type MongoDocument } from "./database.js";
import { eventColumns, eventDocuments } from "./events.js";
import { insertDocument } from "./insert.js";
import { startFilter } from "./queries.js";
import { type MongoStore, mongoStore } from "./store.js";

export type MongoOptions = (
  | MongoAddress
  | {
      /** A database that is open already, and stays so. */ readonly database: MongoDatabase;
      readonly assetsDatabase?: MongoDatabase | undefined;
    }
) & {
  /** Whether text searches are left to the server's text index, which must be there and has its own idea of words. Default: the answer is that of files. */
  readonly textByServer?: boolean | undefined;
};

/** Starts whose stops are asked for at once. */
const together = 100;
const poll = "200ms";

/**
 * Runs in MongoDB, in the layout of suitcase.mongo_normalized: one document of the database for one document of the event model.
 *
 * Rejects `unsupported` where the driver `mongodb` is not installed, `auth`, `connection`.
 */
export function mongoBackend(options: MongoOptions): CatalogBackend {
  const store = storeOf(options);
  const textByServer = options.textByServer === true;

  async function* starts(query: ListQuery, call: Waiting): AsyncGenerator<RunHeader, void, undefined> {
    let batch: MongoDocument[] = [];
    // A listing that takes one run needs no hundred stops.
    let size = Math.min(together, (query.expected ?? together) + 1);
    for await (const start of store.find("run_start", startFilter(query, textByServer), {
      ...call,
      sort: { time: -1 },
      batchSize: together,
    })) {
      batch.push(start);
      if (batch.length < size) continue;
      yield* withStops(batch, call);
      batch = [];
      size = together;
    }
    yield* withStops(batch, call);
  }
  async function* withStops(batch: readonly MongoDocument[], call: Waiting): AsyncGenerator<RunHeader, void, undefined> {
    if (batch.length === 0) return;
    const stops = new Map<unknown, MongoDocument>();
    for await (const stop of store.find("run_stop", { run_start: { $in: batch.map(({ uid }) => uid) } }, call))
      stops.set(stop.run_start, stop);
    for (const start of batch) {
      const begun = asDocument("start", start);
      const ended = stops.has(start.uid) ? asDocument("stop", stops.get(start.uid)) : undefined;
      if (begun?.[0] === "start") yield ended?.[0] === "stop" ? { start: begun[1], stop: ended[1] } : { start: begun[1] };
    }
  }
  const get = async (uid: string, call: Waiting): Promise<RunHeader | undefined> => {
    const found: MongoDocument[] = [];
    for await (const start of store.find("run_start", { uid }, { ...call, limit: 1 })) found.push(start);
    for await (const header of withStops(found, call)) return header;
    return undefined;
  };
  const existing = async (uid: string, call: Waiting): Promise<RunHeader> => {
    const header = await get(uid, call);
    if (header === undefined) throw eventModelError("RunNotFound", `no run '${uid}' in ${store.name}`, { id: uid });
    return header;
  };
  const descriptors = async (uid: string, call: Waiting): Promise<EventDescriptor[]> => {
    const found: EventDescriptor[] = [];
    for await (const document of store.find("event_descriptor", { run_start: uid }, { ...call, sort: { time: 1 } })) {
      const pair = asDocument("descriptor", document);
      if (pair?.[0] === "descriptor") found.push(pair[1]);
    }
    return found;
  };

  return {
    name: store.name,
    info: { driver: "mongo", name: store.name },
    ...(textByServer && { textByStore: true }),
    list: (query, call) => inOrder(starts(query, call)),
    get,
    async *documents(uid, { signal, ...hints }) {
      const { start, stop } = await existing(uid, { signal });
      yield ["start", start];
      const found = await descriptors(uid, { signal });
      for (const descriptor of found) yield ["descriptor", descriptor];
      yield* eventDocuments(store, found, hints, { signal });
      if (stop !== undefined) yield ["stop", stop];
    },
    async count(query, call) {
      // Times are compared as nanoseconds, prefixes and texts by rules of ours.
      if ((query.range ?? query.uidPrefix ?? query.text) !== undefined) return undefined;
      return store.count("run_start", startFilter(query, textByServer), call);
    },
    async descriptors(uid, call) {
      await existing(uid, call);
      return descriptors(uid, call);
    },
    async columns(uid, query, call) {
      return eventColumns(store, await descriptors(uid, call), query, call);
    },
    // Name and document belong together by the signature.
    insert: (name, document, call) => insertDocument(store, [name, document] as unknown as DocumentPair, call),
    async *follow(uid, call) {
      const given = new Set<unknown>();
      for (;;) {
        // Asked before the documents, so that a stop that comes meanwhile ends the next round and not this one.
        const { stop } = await existing(uid, call);
        for await (const pair of this.documents(uid, call)) {
          const [name, document] = pair;
          const id = name === "datum" ? document.datum_id : "uid" in document ? document.uid : undefined;
          if (given.has(id) || (name === "stop" && stop === undefined)) continue;
          given.add(id);
          yield pair;
        }
        if (stop !== undefined) return;
        await delay(poll, call);
      }
    },
    async *watch(call) {
      let newest = Number.NEGATIVE_INFINITY;
      for await (const { start } of starts({ expected: 1 }, call)) {
        newest = start.time;
        break;
      }
      for (;;) {
        await delay(poll, call);
        const begun: RunHeader[] = [];
        for await (const header of starts({ where: { time: { $gt: newest } } }, call)) begun.push(header);
        for (const header of begun.reverse()) {
          newest = Math.max(newest, header.start.time);
          yield header;
        }
      }
    },
    close: () => store.close(),
  };
}

function storeOf(options: MongoOptions): MongoStore {
  if ("uri" in options) return mongoStore(() => connectMongo(options), shown(options));
  const { database, assetsDatabase = database } = options;
  const name = `mongodb:${database.databaseName}`;
  return mongoStore(async () => ({ database, assets: assetsDatabase, name, close: async () => {} }), name);
}

/** The address without its secrets. */
function shown({ uri, database }: MongoAddress): string {
  const [, hosts = "?", path = ""] = /^mongodb(?:\+srv)?:\/\/(?:[^@/]*@)?([^/?]*)(?:\/([^?]*))?/.exec(uri) ?? [];
  return `mongodb://${hosts}/${database ?? path}`;
}
