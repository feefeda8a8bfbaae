import type { ByteRange } from "@sonde/core/bytes";
import type { Buffers } from "./buffers.js";

/** Bytes of the file, from memory or from the source. Where a `target` as long as the range is given they are put there, or it is left. */
export type Fetch = (range: ByteRange, target?: Uint8Array) => Promise<Uint8Array>;

type Segment = { readonly bytes: Uint8Array; readonly buffer: Uint8Array<ArrayBuffer> | undefined };

/** The bytes of one column chunk, one segment after another, the next one asked for while one is read. */
export class ChunkStream {
  /** Of the next byte, in the file. */
  position: number;
  readonly end: number;
  readonly #fetch: Fetch;
  readonly #segmentBytes: number;
  readonly #buffers: Buffers | undefined;
  /** What is there: the first segment from `#offset` on, and those after it. */
  readonly #segments: Segment[] = [];
  /** Passed over, but what was peeked may still be looked at. */
  readonly #passed: Segment[] = [];
  #offset = 0;
  #here = 0;
  #ahead: { readonly buffer: Uint8Array<ArrayBuffer> | undefined; readonly bytes: Promise<Uint8Array> } | undefined;
  /** Where the segments that were asked for end. */
  #asked: number;
  /** Where bytes of two segments come together. */
  #joint = new Uint8Array(0);

  /** Where there are `buffers` the segments are read into them. */
  constructor({ start, end }: ByteRange, fetch: Fetch, segmentBytes: number, buffers?: Buffers) {
    this.position = start;
    this.end = end;
    this.#asked = start;
    this.#fetch = fetch;
    this.#segmentBytes = segmentBytes;
    this.#buffers = buffers;
  }

  get left(): number {
    return this.end - this.position;
  }

  /** Asks for the next segment, unless one is on its way. */
  prefetch(atLeast = 0): void {
    if (this.#ahead !== undefined || this.#asked === this.end) return;
    const end = Math.min(this.end, this.#asked + Math.max(this.#segmentBytes, atLeast));
    const buffer = this.#buffers?.take(Math.max(this.#segmentBytes, end - this.#asked));
    const bytes = this.#fetch({ start: this.#asked, end }, buffer?.subarray(0, end - this.#asked));
    // Awaited in its turn, or never where the reader stops before.
    bytes.catch(() => {});
    this.#ahead = { buffer, bytes };
    this.#asked = end;
  }

  /**
   * The next `count` bytes, or all that are left, if they are here: a view, or a copy where they lie in two segments. Good until
   * {@link recycle}; a copy until the next one.
   */
  peek(count: number): Uint8Array | undefined {
    const wanted = Math.min(count, this.left);
    if (this.#here < wanted) return undefined;
    const first = this.#segments[0]?.bytes;
    if (first === undefined) return new Uint8Array(0);
    if (first.length - this.#offset >= wanted) return first.subarray(this.#offset, this.#offset + wanted);
    if (this.#joint.length < wanted) this.#joint = new Uint8Array(Math.max(wanted, 2 ** 16));
    const made = this.#joint.subarray(0, wanted);
    let at = 0;
    for (const { bytes } of this.#segments) {
      const part = bytes.subarray(at === 0 ? this.#offset : 0).subarray(0, wanted - at);
      made.set(part, at);
      at += part.length;
      if (at === wanted) break;
    }
    return made;
  }

  /** {@link peek}, after waiting for them. */
  async fill(count: number): Promise<Uint8Array> {
    for (;;) {
      const here = this.peek(count);
      if (here !== undefined) return here;
      this.prefetch(Math.min(count, this.left) - this.#here);
      const ahead = this.#ahead;
      // Asked for just now, unless all is here, and then `peek` gave it.
      if (ahead === undefined) return new Uint8Array(0);
      const bytes = await ahead.bytes;
      this.#ahead = undefined;
      this.#segments.push({ bytes, buffer: ahead.buffer });
      this.#here += bytes.length;
      this.prefetch();
    }
  }

  skip(count: number): void {
    this.position += count;
    this.#here -= count;
    this.#offset += count;
    for (let [first] = this.#segments; first !== undefined && this.#offset >= first.bytes.length; [first] = this.#segments) {
      this.#offset -= first.bytes.length;
      this.#segments.shift();
      this.#passed.push(first);
    }
  }

  /** Says that what was peeked and skipped is done with: its memory is used again. */
  recycle(): void {
    for (const { buffer } of this.#passed) if (buffer !== undefined) this.#buffers?.give(buffer);
    this.#passed.length = 0;
  }
}
