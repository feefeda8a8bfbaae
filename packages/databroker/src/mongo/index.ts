import { catalogOver } from "../catalog/over.js";
import type { RunCatalog } from "../catalog/types.js";
import type { CatalogOptions } from "../options.js";
import { type MongoOptions, mongoBackend } from "./backend.js";

export { type MongoOptions, mongoBackend } from "./backend.js";
export type { FindOptions, MongoAddress, MongoCollection, MongoCursor, MongoDatabase, MongoDocument } from "./database.js";

/**
 * Opens the runs that databroker keeps in MongoDB, by the driver `mongodb` or a database that is open already. Nothing is asked before it is
 * needed; `rootMap` says where the files of detectors are.
 *
 * @example
 * ```ts
 * await using catalog = openMongo({ uri: "mongodb://localhost:27017/metadatastore", assetsDatabase: "filestore" });
 * const run = await catalog.run(-1);
 * ```
 */
export function openMongo(options: MongoOptions & CatalogOptions): RunCatalog {
  const { rootMap, roots, handlers, ...mongo } = options;
  return catalogOver(mongoBackend(mongo), { rootMap, roots, handlers });
}
