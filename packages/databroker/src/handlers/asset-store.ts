import type { DataKey } from "../event-model/data-key.js";
import type { Datum, DocumentPair, Resource, StreamResource } from "../event-model/documents.js";
import { eventModelError } from "../event-model/errors.js";
import type { HandlerRegistry } from "./registry.js";
import type { AssetArray, AssetReader, AssetReadOptions, StreamAssetReader } from "./types.js";

/** Open resources that are kept at a time: the frames of a run lie in few files, or in one each. */
const kept = 8;

/** What documents say of assets, and the arrays that they name. Readers that were used longest ago are closed. */
export class AssetStore {
  readonly #registry: HandlerRegistry;
  readonly #resources = new Map<string, Resource>();
  readonly #streamResources = new Map<string, StreamResource>();
  readonly #datums = new Map<string, Datum>();
  readonly #readers = new Map<string, Promise<AssetReader | StreamAssetReader>>();

  constructor(registry: HandlerRegistry) {
    this.#registry = registry;
  }

  /** Learns of resources and datums; other documents are passed over. */
  add([name, document]: DocumentPair): void {
    if (name === "resource") this.#resources.set(document.uid, document);
    else if (name === "stream_resource") this.#streamResources.set(document.uid, document);
    else if (name === "datum") this.#datums.set(document.datum_id, document);
  }

  /** Whether all that a datum id refers to has come. */
  knows(datumId: string): boolean {
    const datum = this.#datums.get(datumId);
    return datum !== undefined && this.#resources.has(datum.resource);
  }

  get streamResources(): ReadonlyMap<string, StreamResource> {
    return this.#streamResources;
  }

  /** The array that a datum id names. */
  async read(datumId: string, dataKey: DataKey | undefined, options: AssetReadOptions): Promise<AssetArray> {
    const datum = this.#datums.get(datumId);
    if (datum === undefined) throw unresolved(`datum '${datumId}' never came`, datumId);
    const resource = this.#resources.get(datum.resource);
    if (resource === undefined) throw unresolved(`datum '${datumId}' is of resource '${datum.resource}', which never came`, datum.resource);
    const reader = await this.#open(resource.uid, options.signal, async (call) => {
      const handler = await this.#registry.bySpec(resource.spec);
      return handler.open(resource, await this.#registry.contextOf(resource, dataKey), call);
    });
    // Opened by a handler of resources, as written just above.
    return (reader as AssetReader).read(datum.datum_kwargs, options);
  }

  /** Rows of a stream resource; half open. */
  async readRows(
    uid: string,
    rows: { readonly start: number; readonly stop: number },
    dataKey: DataKey | undefined,
    options: AssetReadOptions,
  ): Promise<AssetArray> {
    const resource = this.#streamResources.get(uid);
    if (resource === undefined) throw unresolved(`stream resource '${uid}' never came`, uid);
    const reader = await this.#open(uid, options.signal, async (call) => {
      const handler = await this.#registry.byMimetype(resource.mimetype ?? "");
      return handler.open(resource, await this.#registry.contextOf(resource, dataKey), call);
    });
    // Opened by a handler of stream resources.
    return (reader as StreamAssetReader).read(rows, options);
  }

  /** Closes what is open; a later read opens it again. */
  async close(): Promise<void> {
    const open = [...this.#readers.values()];
    this.#readers.clear();
    await Promise.all(open.map(closed));
  }

  async #open<R extends AssetReader | StreamAssetReader>(
    uid: string,
    signal: AbortSignal,
    make: (call: { readonly signal: AbortSignal }) => Promise<R>,
  ): Promise<AssetReader | StreamAssetReader> {
    signal.throwIfAborted();
    const known = this.#readers.get(uid);
    if (known !== undefined) {
      // Used last: closed last.
      this.#readers.delete(uid);
      this.#readers.set(uid, known);
      return known;
    }
    const opening = make({ signal });
    this.#readers.set(uid, opening);
    opening.catch(() => {
      if (this.#readers.get(uid) === opening) this.#readers.delete(uid);
    });
    const [oldest] = this.#readers;
    if (this.#readers.size > kept && oldest !== undefined) {
      this.#readers.delete(oldest[0]);
      closed(oldest[1]).catch(() => {});
    }
    return opening;
  }
}

async function closed(reader: Promise<AssetReader | StreamAssetReader>): Promise<void> {
  // One that never opened has nothing to close.
  const open = await reader.catch(() => undefined);
  await open?.close?.();
}

function unresolved(message: string, key: string): Error {
  return eventModelError("UnresolvableForeignKeyError", `${message}: the documents of the run are incomplete`, { key });
}
