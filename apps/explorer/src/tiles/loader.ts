import { keyText, type TileCache, type TileKey } from "./cache.js";
import type { TileData } from "./tile.js";

export type FetchTile = (key: TileKey, options: { readonly signal: AbortSignal }) => Promise<TileData>;
export type LoaderOptions = {
  readonly cache: TileCache;
  readonly fetch: FetchTile;
  /** A tile has come, or failed. */
  readonly onChange: (key: TileKey) => void;
  /** Questions under way at a time; a browser holds no more than six connections to a server. */
  readonly atOnce?: number | undefined;
};

type Flight = { readonly key: TileKey; readonly abort: AbortController };

/**
 * Fetches the tiles that the newest view wants, in its order, and only those: what an older view wanted besides is cancelled, what is cached or
 * under way is not asked for again. A tile that failed is asked for again by `retry` alone.
 */
export class TileLoader {
  readonly #options: LoaderOptions;
  readonly #flights = new Map<string, Flight>();
  readonly #failures = new Map<string, { readonly key: TileKey; readonly error: unknown }>();
  #wanted: readonly TileKey[] = [];

  constructor(options: LoaderOptions) {
    this.#options = options;
  }

  /** Replaces what was wanted before. The first are fetched first. */
  want(keys: readonly TileKey[]): void {
    this.#wanted = keys;
    const texts = new Set(keys.map(keyText));
    for (const [text, { abort }] of this.#flights) if (!texts.has(text)) this.#cancel(text, abort);
    this.#start();
  }

  /** How many of the tiles that are wanted have not come and have not failed. */
  missing(stream?: string): number {
    const { cache } = this.#options;
    return this.#wanted.filter(
      (key) => (stream === undefined || key.stream === stream) && !cache.has(key) && !this.#failures.has(keyText(key)),
    ).length;
  }

  /** Why tiles of the stream did not come; undefined where none failed. */
  errorOf(stream: string): unknown {
    for (const { key, error } of this.#failures.values()) if (key.stream === stream) return error;
    return undefined;
  }

  retry(stream: string): void {
    for (const [text, { key }] of this.#failures) if (key.stream === stream) this.#failures.delete(text);
    this.#start();
  }

  /** Cancels everything. */
  close(): void {
    this.want([]);
  }

  #start(): void {
    const { cache, atOnce = 4 } = this.#options;
    for (const key of this.#wanted) {
      if (this.#flights.size >= atOnce) return;
      const text = keyText(key);
      if (!cache.has(key) && !this.#flights.has(text) && !this.#failures.has(text)) void this.#load(text, key);
    }
  }

  async #load(text: string, key: TileKey): Promise<void> {
    const abort = new AbortController();
    this.#flights.set(text, { key, abort });
    try {
      const data = await this.#options.fetch(key, { signal: abort.signal });
      if (!abort.signal.aborted) this.#options.cache.put({ ...key, data });
    } catch (error) {
      if (!abort.signal.aborted) this.#failures.set(text, { key, error });
    } finally {
      if (!abort.signal.aborted) {
        this.#flights.delete(text);
        this.#start();
        this.#options.onChange(key);
      }
    }
  }

  #cancel(text: string, abort: AbortController): void {
    this.#flights.delete(text);
    abort.abort(new DOMException("the view has moved on", "AbortError"));
  }
}
