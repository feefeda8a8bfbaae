import { eventModelError } from "../event-model/errors.js";
import type { AssetContextOf, AssetHandler, StreamAssetHandler } from "./types.js";

/** Which handler reads which spec or mimetype, and where files may lie. */
export class HandlerRegistry {
  readonly #specs = new Map<string, AssetHandler>();
  readonly #mimetypes = new Map<string, StreamAssetHandler>();
  readonly contextOf: AssetContextOf;

  constructor(contextOf: AssetContextOf, handlers: Iterable<AssetHandler | StreamAssetHandler> = []) {
    this.contextOf = contextOf;
    for (const handler of handlers) this.register(handler);
  }

  /** A second handler for a spec or mimetype is DuplicateHandler, unless `overwrite` says that it is meant. */
  register(handler: AssetHandler | StreamAssetHandler, options: { readonly overwrite?: boolean } = {}): void {
    const key = "spec" in handler ? handler.spec : normalized(handler.mimetype);
    const known = "spec" in handler ? this.#specs.has(key) : this.#mimetypes.has(key);
    if (known && options.overwrite !== true) {
      throw eventModelError("DuplicateHandler", `there is a handler for '${key}' already: register with { overwrite: true } to replace it`, {});
    }
    if ("spec" in handler) this.#specs.set(key, handler);
    else this.#mimetypes.set(key, handler);
  }

  bySpec(spec: string): AssetHandler {
    const handler = this.#specs.get(spec);
    if (handler !== undefined) return handler;
    throw undefinedHandler(`spec '${spec}'`, [...this.#specs.keys()]);
  }

  byMimetype(mimetype: string): StreamAssetHandler {
    const handler = this.#mimetypes.get(normalized(mimetype));
    if (handler !== undefined) return handler;
    throw undefinedHandler(`mimetype '${mimetype}'`, [...this.#mimetypes.keys()]);
  }
}

function undefinedHandler(what: string, known: readonly string[]): Error {
  const list = known.length === 0 ? "none is registered" : `there are ${known.join(", ")}`;
  return eventModelError("UndefinedAssetSpecification", `no handler reads ${what}: ${list}. Give one in \`handlers\``, { what });
}

const normalized = (mimetype: string): string => mimetype.toLowerCase().replaceAll(" ", "");
