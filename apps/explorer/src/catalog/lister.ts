import type { Source, Stream } from "@sonde/core";
import type { Listing } from "./tree.js";

/** Streams that are asked for at a time. */
export const pageSize = 200;

/** Lists one archive page by page: the next one only when it is wanted. A search wants them all. */
export class Lister {
  readonly #open: () => Promise<Pick<Source, "streams">>;
  readonly #onChange: () => void;
  #iterator: AsyncIterator<Stream> | undefined;
  #listing: Listing = { streams: [], state: "closed" };
  #wanted = 0;

  constructor(open: () => Promise<Pick<Source, "streams">>, onChange: () => void) {
    this.#open = open;
    this.#onChange = onChange;
  }

  get listing(): Listing {
    return this.#listing;
  }

  /** Until there are so many streams, or no more; one page more without a number. After a failure it begins anew. */
  async more(streams = this.#listing.streams.length + pageSize): Promise<void> {
    this.#wanted = Math.max(this.#wanted, streams);
    if (this.#listing.state === "loading" || this.#listing.state === "complete") return;
    const found = this.#listing.state === "failed" ? [] : [...this.#listing.streams];
    if (this.#listing.state === "failed") this.#iterator = undefined;
    this.#tell({ streams: found, state: "loading" });
    try {
      this.#iterator ??= (await this.#open()).streams()[Symbol.asyncIterator]();
      while (found.length < this.#wanted) {
        const { done, value } = await this.#iterator.next();
        if (done) return this.#tell({ streams: found, state: "complete" });
        found.push(value);
        if (found.length % pageSize === 0) this.#tell({ streams: [...found], state: "loading" });
      }
      this.#tell({ streams: found, state: "more" });
    } catch (error) {
      this.#tell({ streams: found, state: "failed", error: error instanceof Error ? error.message : String(error) });
    }
  }

  #tell(listing: Listing): void {
    this.#listing = listing;
    this.#onChange();
  }
}
