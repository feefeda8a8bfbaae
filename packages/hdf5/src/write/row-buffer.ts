import type { FileSpace } from "./file-space.js";

/** A buffer is handed to the sink at this many bytes, or at the end of its region. */
const mostBuffered = 65_536;

/** Fills one region of the file from its start to its end, then the next; rows become writes of up to 64 KiB. */
export class RowBuffer {
  readonly #space: FileSpace;
  readonly #regionSize: number;
  readonly #nextRegion: () => number;
  /** Where the next byte goes, and what is left of the region from there. */
  #position = 0;
  #left = 0;
  #buffer: Uint8Array = new Uint8Array(0);
  #buffered = 0;

  /** `nextRegion` is called when the first byte for it comes, and returns its address. */
  constructor(space: FileSpace, regionSize: number, nextRegion: () => number) {
    this.#space = space;
    this.#regionSize = regionSize;
    this.#nextRegion = nextRegion;
  }

  append(bytes: Uint8Array): void {
    for (let from = 0; from < bytes.length; ) {
      if (this.#left === 0) {
        this.drain();
        this.#position = this.#nextRegion();
        this.#left = this.#regionSize;
      }
      if (this.#buffer.length === 0) this.#buffer = new Uint8Array(Math.min(mostBuffered, this.#regionSize));
      const count = Math.min(bytes.length - from, this.#buffer.length - this.#buffered, this.#left);
      this.#buffer.set(bytes.subarray(from, from + count), this.#buffered);
      from += count;
      this.#buffered += count;
      this.#position += count;
      this.#left -= count;
      if (this.#buffered === this.#buffer.length) this.drain();
    }
  }

  /** Hands what is buffered to the sink. */
  drain(): void {
    if (this.#buffered === 0) return;
    const taken = this.#space.write(this.#position - this.#buffered, this.#buffer.subarray(0, this.#buffered));
    if (!taken) this.#buffer = new Uint8Array(0);
    this.#buffered = 0;
  }
}
