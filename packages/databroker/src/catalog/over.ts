import { sondeError } from "@sonde/core/bytes";
import { HandlerRegistry } from "../handlers/registry.js";
import { type CatalogOptions, catalogOptions } from "../options.js";
import { createCatalog } from "./catalog.js";
import type { CatalogBackend, RunCatalog } from "./types.js";

/** A catalog over a back end of one's own. */
export function catalogOver(backend: CatalogBackend, options: CatalogOptions = {}): RunCatalog {
  const parsed = catalogOptions.safeParse(options);
  if (!parsed.success) {
    const issues = parsed.error.issues.map(({ path, message }) => ({ path: path.map(String).join("."), message }));
    throw sondeError("options", `the catalog's options are wrong: ${issues.map(({ path, message }) => `${path} ${message}`).join("; ")}`, {
      issues,
    });
  }
  const { handlers = [], rootMap, roots } = parsed.data;
  return createCatalog({ backend, handlers: new HandlerRegistry({ rootMap, roots }, handlers) });
}
