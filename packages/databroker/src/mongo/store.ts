import { raceAbort } from "@sonde/core/bytes";
import type { Waiting } from "../catalog/types.js";
import { type FindOptions, type MongoCollection, type MongoConnection, type MongoDocument, mongoError } from "./database.js";
import { exact } from "./exact.js";

/** The collections of the normalized layout. Source: suitcase.mongo_normalized 0.7. */
const places = {
  run_start: "database",
  run_stop: "database",
  event_descriptor: "database",
  event: "database",
  resource: "assets",
  datum: "assets",
} as const;
export type CollectionName = keyof typeof places;

/** Reads and writes documents as the event model has them: without MongoDB's ids, every number exact. */
export interface MongoStore {
  readonly name: string;
  find(collection: CollectionName, filter: MongoDocument, options: FindOptions & Waiting): AsyncGenerator<MongoDocument, void, undefined>;
  count(collection: CollectionName, filter: MongoDocument, options: Waiting): Promise<number>;
  insert(collection: CollectionName, document: MongoDocument, options: Waiting): Promise<void>;
  close(): Promise<void>;
}

export function mongoStore(connect: () => Promise<MongoConnection>, name: string): MongoStore {
  let opening: Promise<MongoConnection> | undefined;
  const opened = async ({ signal }: Waiting): Promise<MongoConnection> => {
    signal.throwIfAborted();
    opening ??= connect();
    const current = opening;
    current.catch(() => {
      if (opening === current) opening = undefined;
    });
    return raceAbort(current, signal);
  };
  const collectionOf = async (collection: CollectionName, options: Waiting): Promise<MongoCollection> =>
    (await opened(options))[places[collection]].collection(collection);
  const asking = async <T>(work: Promise<T>, { signal }: Waiting): Promise<T> => {
    try {
      return await raceAbort(work, signal);
    } catch (error) {
      signal.throwIfAborted();
      throw mongoError(error, name);
    }
  };

  return {
    name,
    async *find(collection, filter, { signal, ...options }) {
      const cursor = (await collectionOf(collection, { signal })).find(filter, options);
      try {
        for (;;) {
          const document = await asking(cursor.next(), { signal });
          if (document === null) return;
          const { _id, ...rest } = document;
          // Very old resources have no other name.
          yield exact("uid" in rest || collection !== "resource" || _id === undefined ? rest : { ...rest, uid: _id }) as MongoDocument; // an object as before
        }
      } finally {
        cursor.close().catch(() => {});
      }
    },
    count: async (collection, filter, options) => asking((await collectionOf(collection, options)).countDocuments(filter), options),
    async insert(collection, document, options) {
      await asking((await collectionOf(collection, options)).insertOne({ ...document }), options);
    },
    async close() {
      const current = opening;
      opening = undefined;
      await current?.then((connection) => connection.close()).catch(() => {});
    },
  };
}
