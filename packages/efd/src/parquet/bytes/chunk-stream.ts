import type { ByteRange } from "@sonde/core/bytes";

/** Bytes of the file, from memory or from the source. */
export type Fetch = (range: ByteRange) => Promise<Uint8Array>;

/** The bytes of one column chunk, one segment after another, the next one asked for while one is read. */
export class ChunkStream {
  /** Of the next byte, in the file. */
  position: number;
  readonly end: number;
  readonly #fetch: Fetch;
  readonly #segmentBytes: number;
  /** What is there, from `position` on. */
  #bytes: Uint8Array = new Uint8Array(0);
  #ahead: { readonly end: number; readonly bytes: Promise<Uint8Array> } | undefined;
  /** Where the segments that were asked for end. */
  #asked: number;

  constructor({ start, end }: ByteRange, fetch: Fetch, segmentBytes: number) {
    this.position = start;
    this.end = end;
    this.#asked = start;
    this.#fetch = fetch;
    this.#segmentBytes = segmentBytes;
  }

  get left(): number {
    return this.end - this.position;
  }

  /** Asks for the next segment, unless one is on its way. */
  prefetch(atLeast = 0): void {
    if (this.#ahead !== undefined || this.#asked === this.end) return;
    const end = Math.min(this.end, this.#asked + Math.max(this.#segmentBytes, atLeast));
    const bytes = this.#fetch({ start: this.#asked, end });
    // Awaited in its turn, or never where the reader stops before.
    bytes.catch(() => {});
    this.#ahead = { end, bytes };
    this.#asked = end;
  }

  /** The next `count` bytes, or all that are left, if they are here. */
  peek(count: number): Uint8Array | undefined {
    const wanted = Math.min(count, this.left);
    return this.#bytes.length >= wanted ? this.#bytes.subarray(0, wanted) : undefined;
  }

  /** {@link peek}, after waiting for them. */
  async fill(count: number): Promise<Uint8Array> {
    for (;;) {
      const here = this.peek(count);
      if (here !== undefined) return here;
      this.prefetch(Math.min(count, this.left) - this.#bytes.length);
      // Asked for just now, unless all is here, and then `peek` gave it.
      const bytes = await (this.#ahead?.bytes ?? Promise.resolve(new Uint8Array(0)));
      this.#ahead = undefined;
      this.#bytes = this.#bytes.length === 0 ? bytes : joined(this.#bytes, bytes);
      this.prefetch();
    }
  }

  skip(count: number): void {
    this.position += count;
    this.#bytes = this.#bytes.subarray(count);
  }
}

function joined(first: Uint8Array, second: Uint8Array): Uint8Array {
  const made = new Uint8Array(first.length + second.length);
  made.set(first);
  made.set(second, first.length);
  return made;
}
