import type { BytesInput } from "@sonde/core/bytes";
import * as z from "zod";
import type { RunCatalog } from "./catalog/types.js";
import type { AssetHandler, StreamAssetHandler } from "./handlers/types.js";

const input = z.custom<BytesInput>(
  (value) =>
    (typeof value === "string" && value !== "") ||
    value instanceof URL ||
    value instanceof Blob ||
    value instanceof Uint8Array ||
    (typeof value === "object" && value !== null && "read" in value && "size" in value),
);
const handler = z.custom<AssetHandler | StreamAssetHandler>(
  (value) => typeof value === "object" && value !== null && "open" in value && ("spec" in value || "mimetype" in value),
);

export const catalogOptions = z.strictObject({
  rootMap: z
    .record(z.string(), z.string())
    .optional()
    .describe(
      "Where files were when the documents were written, and where they are here: a folder or a URL. What is named here may be read",
    ),
  roots: z.array(z.string().min(1)).optional().describe("Folders and URLs that may be read as the documents name them"),
  handlers: z.array(handler).optional().describe("Readers of detectors' files beyond those that are built in, by spec or mimetype"),
});
/** How the files of detectors are found and read. */
export type CatalogOptions = z.input<typeof catalogOptions>;

const catalog = z.custom<RunCatalog>((value) => typeof value === "object" && value !== null && "recent" in value && "search" in value);

export const databrokerOptions = catalogOptions.extend({
  path: z
    .union([input, z.array(input).min(1)])
    .optional()
    .describe(
      "A folder of runs, a databroker-pack or its catalog.yml, one file of msgpack or JSONL, the URL of one, of a Tiled server or of MongoDB, or files of a file input",
    ),
  apiKey: z.string().min(1).optional().describe("The key of a Tiled server; else TILED_API_KEY of the environment"),
  catalog: catalog.optional().describe("A catalog that is open already, one in memory for instance; it is not closed with the source"),
});
export type DatabrokerOptions = z.infer<typeof databrokerOptions>;
/** As a user writes them: `path` or `catalog`. */
export type DatabrokerInput = z.input<typeof databrokerOptions>;
