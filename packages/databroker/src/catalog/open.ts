import type { CallOptions } from "@sonde/core";
import type { BytesInput } from "@sonde/core/bytes";
import type { DocumentPair } from "../event-model/documents.js";
import { setOwn } from "../event-model/own.js";
import { fileBackend } from "../files/backend.js";
import { runFilesOf } from "../files/run-files.js";
import type { CatalogOptions } from "../options.js";
import { waiting } from "../waiting.js";
import { memoryBackend } from "./memory-backend.js";
import { catalogOver } from "./over.js";
import type { RunCatalog } from "./types.js";

export type OpenOptions = CatalogOptions &
  CallOptions & {
    /** Of a Tiled server; else `TILED_API_KEY` of the environment. */
    readonly apiKey?: string | undefined;
  };

/** URLs of files, not of servers. */
const fileUrl = /^https?:[^?#]*\.(msgpack|jsonl|json)(?=$|[?#])/i;

/**
 * Opens the runs that a path or URL names: a folder of `.msgpack`, `.jsonl` and `.json` files, a databroker-pack (or its `catalog.yml`), one file;
 * in a browser the `File`s of a file input; `https://…` of a Tiled server, `mongodb://…`. Nothing is read until it is asked for.
 *
 * @example
 * ```ts
 * await using catalog = await openCatalog("./runs");
 * const run = await catalog.run(-1);
 * console.log(run.start.detectors, await run.table());
 * ```
 */
export async function openCatalog(pathOrUrl: BytesInput | readonly BytesInput[], options: OpenOptions = {}): Promise<RunCatalog> {
  const { signal, onProgress: _, apiKey, ...rest } = options;
  const call = waiting({ signal });
  call.signal.throwIfAborted();
  const url = typeof pathOrUrl === "string" || pathOrUrl instanceof URL ? String(pathOrUrl) : "";
  // Loaded only by whoever asks a server.
  if (/^mongodb(\+srv)?:/i.test(url)) return (await import("../mongo/index.js")).openMongo({ ...rest, uri: url });
  if (/^https?:/i.test(url) && !fileUrl.test(url)) return (await import("../tiled/index.js")).openTiled({ ...rest, url, apiKey });
  const files = await runFilesOf(pathOrUrl, call);
  // The targets of a pack's own map lie where the pack lies; what the caller says comes first.
  const rootMap: Record<string, string> = Object.fromEntries(files.rootMap);
  for (const [root, target] of Object.entries(rest.rootMap ?? {})) setOwn(rootMap, root, target);
  return catalogOver(fileBackend(files), { ...rest, rootMap });
}

/**
 * A catalog in memory: of documents that are at hand, and of those that `insert` brings.
 *
 * @example
 * ```ts
 * const catalog = memoryCatalog();
 * await catalog.insert("start", { uid: "…", time: 1.7e9 });
 * ```
 */
export function memoryCatalog(documents: Iterable<DocumentPair> = [], options: CatalogOptions = {}): RunCatalog {
  return catalogOver(memoryBackend(documents), options);
}
