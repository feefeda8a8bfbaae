import { environment } from "#platform";
import { catalogOver } from "../catalog/over.js";
import type { RunCatalog } from "../catalog/types.js";
import type { CatalogOptions } from "../options.js";
import { type TiledOptions, tiledBackend } from "./backend.js";

export { type TiledOptions, tiledBackend } from "./backend.js";
export type { OpenSocket, Socket } from "./socket.js";

/**
 * Opens the runs of a Tiled server. Nothing is asked before it is needed. Without `apiKey` the key is `TILED_API_KEY` of the environment, if any.
 *
 * @example
 * ```ts
 * await using catalog = openTiled({ url: "https://tiled.example.org/ui/browse/raw" });
 * const run = await catalog.run(-1);
 * const table = await run.table({ columns: ["det"] });
 * ```
 */
export function openTiled(options: TiledOptions & CatalogOptions): RunCatalog {
  const { rootMap, roots, handlers, ...tiled } = options;
  return catalogOver(tiledBackend({ ...tiled, apiKey: tiled.apiKey ?? environment("TILED_API_KEY") }), { rootMap, roots, handlers });
}
