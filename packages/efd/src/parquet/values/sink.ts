import { limitError } from "@sonde/core/bytes";

/** Where decoded values gather, one after another, nulls left out. */
export interface Sink<Self> {
  readonly count: number;
  /** Room for so many more values. */
  reserve(more: number): void;
  /** Values of a dictionary by their numbers, which have been checked. */
  gather(dictionary: Self, indexes: Uint32Array, count: number): void;
}
/** Reads values one after another out of the body of a page. */
export interface Decoder<S> {
  /** Rejects `format` where there are fewer. */
  take(sink: S, count: number): void;
}

/** Values of `width` bytes each; booleans as bytes of 0 and 1. */
export class FixedSink implements Sink<FixedSink> {
  readonly width: number;
  bytes: Uint8Array<ArrayBuffer>;
  count = 0;

  constructor(width: number, capacity: number) {
    this.width = width;
    this.bytes = new Uint8Array(width * capacity);
  }

  reserve(more: number): void {
    const needed = (this.count + more) * this.width;
    if (needed > this.bytes.length) this.bytes = grown(this.bytes, needed);
  }

  gather(dictionary: FixedSink, indexes: Uint32Array, count: number): void {
    const { width } = this;
    const at = this.count;
    this.count += count;
    // Indexes have been held against the dictionary's length.
    if (width === 8) {
      // As integers: a double's own bits survive, whatever they are.
      const from = new BigInt64Array(dictionary.bytes.buffer, dictionary.bytes.byteOffset, dictionary.count);
      const to = new BigInt64Array(this.bytes.buffer, this.bytes.byteOffset + at * 8, count);
      for (let index = 0; index < count; index++) to[index] = from[indexes[index] as number] as bigint;
    } else if (width === 4) {
      const from = new Uint32Array(dictionary.bytes.buffer, dictionary.bytes.byteOffset, dictionary.count);
      const to = new Uint32Array(this.bytes.buffer, this.bytes.byteOffset + at * 4, count);
      for (let index = 0; index < count; index++) to[index] = from[indexes[index] as number] as number;
    } else {
      for (let index = 0; index < count; index++) {
        const entry = (indexes[index] as number) * width;
        this.bytes.set(dictionary.bytes.subarray(entry, entry + width), (at + index) * width);
      }
    }
  }
}

/** Values of any length: `offsets[k]` to `offsets[k + 1]` of `bytes` is the k-th. */
export class BytesSink implements Sink<BytesSink> {
  offsets: Int32Array<ArrayBuffer>;
  bytes: Uint8Array<ArrayBuffer>;
  count = 0;
  length = 0;
  readonly #most: number;
  readonly #what: string;

  /** At most `most` bytes in all; `what` names the column where they are more. */
  constructor(capacity: number, most: number, what: string) {
    this.offsets = new Int32Array(capacity + 1);
    this.bytes = new Uint8Array(Math.min(capacity * 8, 2 ** 20));
    this.#most = Math.min(most, 2 ** 31 - 1);
    this.#what = what;
  }

  reserve(more: number): void {
    const needed = this.count + more + 1;
    if (needed <= this.offsets.length) return;
    const offsets = new Int32Array(Math.max(needed, this.offsets.length * 2));
    offsets.set(this.offsets);
    this.offsets = offsets;
  }

  /** Room for so many more bytes. Rejects `limit`: a dictionary's entry may come a million times. */
  reserveBytes(more: number): void {
    const needed = this.length + more;
    if (needed <= this.bytes.length) return;
    if (needed > this.#most) throw limitError("maxBytes", needed, this.#most, `a batch of ${this.#what}`);
    this.bytes = grown(this.bytes, needed);
  }

  /** One value, `from <= position < to` of `source`; offsets are reserved already. */
  append(source: Uint8Array, from: number, to: number): void {
    const size = to - from;
    this.reserveBytes(size);
    if (size < 24) {
      for (let at = this.length; from < to; ) this.bytes[at++] = source[from++] as number;
    } else {
      this.bytes.set(source.subarray(from, to), this.length);
    }
    this.length += size;
    this.count += 1;
    this.offsets[this.count] = this.length;
  }

  gather(dictionary: BytesSink, indexes: Uint32Array, count: number): void {
    for (let index = 0; index < count; index++) {
      const entry = indexes[index] as number;
      // In bounds: the indexes have been checked.
      this.append(dictionary.bytes, dictionary.offsets[entry] as number, dictionary.offsets[entry + 1] as number);
    }
  }
}

function grown(bytes: Uint8Array, needed: number): Uint8Array<ArrayBuffer> {
  const made = new Uint8Array(Math.max(needed, Math.min(bytes.length * 2, needed + 2 ** 24)));
  made.set(bytes);
  return made;
}
