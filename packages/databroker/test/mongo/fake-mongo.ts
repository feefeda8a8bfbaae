import { find } from "mingo";
import type { MongoCollection, MongoCursor, MongoDatabase, MongoDocument } from "../../src/mongo/database.js";

/** Collections in memory that answer by mingo what the back end asks MongoDB. */
export function fakeMongo(databaseName = "fake") {
  const collections = new Map<string, Record<string, unknown>[]>();
  const queries: { readonly collection: string; readonly filter: MongoDocument; readonly options?: object }[] = [];
  let failure: Error | undefined;
  let open = 0;

  const documentsOf = (name: string) => {
    const found = collections.get(name) ?? [];
    collections.set(name, found);
    return found;
  };
  const database: MongoDatabase = {
    databaseName,
    collection: (name): MongoCollection => ({
      find(filter, options): MongoCursor {
        queries.push({ collection: name, filter, options });
        let rows: Iterator<unknown> | undefined;
        open += 1;
        return {
          async next() {
            if (failure !== undefined) throw failure;
            if (rows === undefined) {
              let cursor = find<Record<string, unknown>>(documentsOf(name), { ...filter } as never, (options.projection ?? {}) as never);
              if (options.sort !== undefined) cursor = cursor.sort({ ...options.sort });
              if (options.limit !== undefined) cursor = cursor.limit(options.limit);
              rows = cursor.all()[Symbol.iterator]();
            }
            const step = rows.next();
            return step.done ? null : (step.value as MongoDocument);
          },
          async close() {
            open -= 1;
          },
        };
      },
      countDocuments: async (filter) => find(documentsOf(name), { ...filter } as never).all().length,
      async insertOne(document) {
        documentsOf(name).push({ _id: `id ${documentsOf(name).length}`, ...document });
      },
    }),
  };
  return {
    database,
    collections,
    queries,
    open: () => open,
    fail: (error: Error | undefined) => {
      failure = error;
    },
  };
}
