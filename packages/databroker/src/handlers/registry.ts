import type { AssetOptions } from "../assets/contexts.js";
import type { DataKey } from "../event-model/data-key.js";
import type { Resource, StreamResource } from "../event-model/documents.js";
import { eventModelError } from "../event-model/errors.js";
import type { AssetContext, AssetContextOf, AssetHandler, StreamAssetHandler } from "./types.js";

type Handler = AssetHandler | StreamAssetHandler;

/** Which handler reads which spec or mimetype, and where files may lie. What is built in is loaded when the first asset is asked for. */
export class HandlerRegistry {
  readonly #specs = new Map<string, AssetHandler>();
  readonly #mimetypes = new Map<string, StreamAssetHandler>();
  readonly #options: AssetOptions;
  #builtIn: Promise<AssetContextOf> | undefined;

  /** Handlers given here come before those that are built in. */
  constructor(options: AssetOptions = {}, handlers: Iterable<Handler> = []) {
    this.#options = options;
    for (const handler of handlers) this.register(handler);
  }

  /** A second handler for a spec or mimetype is DuplicateHandler, unless `overwrite` says that it is meant. */
  register(handler: Handler, options: { readonly overwrite?: boolean } = {}): void {
    const key = "spec" in handler ? handler.spec : normalized(handler.mimetype);
    const known = "spec" in handler ? this.#specs.has(key) : this.#mimetypes.has(key);
    if (known && options.overwrite !== true) {
      throw eventModelError(
        "DuplicateHandler",
        `there is a handler for '${key}' already: register with { overwrite: true } to replace it`,
        {},
      );
    }
    if ("spec" in handler) this.#specs.set(key, handler);
    else this.#mimetypes.set(key, handler);
  }

  async bySpec(spec: string): Promise<AssetHandler> {
    await this.#load();
    const handler = this.#specs.get(spec);
    if (handler !== undefined) return handler;
    throw undefinedHandler(`spec '${spec}'`, [...this.#specs.keys()]);
  }

  async byMimetype(mimetype: string): Promise<StreamAssetHandler> {
    await this.#load();
    const handler = this.#mimetypes.get(normalized(mimetype));
    if (handler !== undefined) return handler;
    throw undefinedHandler(`mimetype '${mimetype}'`, [...this.#mimetypes.keys()]);
  }

  /** How a resource finds its files. */
  async contextOf(resource: Resource | StreamResource, dataKey: DataKey | undefined): Promise<AssetContext> {
    return (await this.#load())(resource, dataKey);
  }

  #load(): Promise<AssetContextOf> {
    this.#builtIn ??= this.#loadOnce();
    return this.#builtIn;
  }

  async #loadOnce(): Promise<AssetContextOf> {
    const [{ assetContexts, builtInHandlers, builtInStreamHandlers }, { openLocalFile }] = await Promise.all([
      import("../assets/index.js"),
      import("#platform"),
    ]);
    for (const handler of builtInHandlers) if (!this.#specs.has(handler.spec)) this.#specs.set(handler.spec, handler);
    for (const handler of builtInStreamHandlers) {
      if (!this.#mimetypes.has(normalized(handler.mimetype))) this.#mimetypes.set(normalized(handler.mimetype), handler);
    }
    return assetContexts(this.#options, openLocalFile);
  }
}

function undefinedHandler(what: string, known: readonly string[]): Error {
  return eventModelError(
    "UndefinedAssetSpecification",
    `no handler reads ${what}: there are ${known.join(", ")}. Give one in \`handlers\``,
    {
      what,
    },
  );
}

const normalized = (mimetype: string): string => mimetype.toLowerCase().replaceAll(" ", "");
