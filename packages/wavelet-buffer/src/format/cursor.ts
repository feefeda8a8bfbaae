import { malformed } from "../errors.js";

/** A place in a little-endian blob. Reads past the end throw `format`. */
export class Cursor {
  readonly bytes: Uint8Array;
  readonly #view: DataView;
  readonly #what: "WaveletBuffer" | "DriftBytes";
  position = 0;

  constructor(bytes: Uint8Array, what: "WaveletBuffer" | "DriftBytes") {
    this.bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#what = what;
  }

  get left(): number {
    return this.bytes.length - this.position;
  }

  u8(): number {
    return this.#view.getUint8(this.skip(1));
  }

  u32(littleEndian = true): number {
    return this.#view.getUint32(this.skip(4), littleEndian);
  }

  /** Exact up to 2^53; what is more exceeds every bound, which is all that matters of it. */
  u64(littleEndian = true): number {
    const first = this.u32(littleEndian);
    const second = this.u32(littleEndian);
    return littleEndian ? second * 2 ** 32 + first : first * 2 ** 32 + second;
  }

  /** Advances over `length` bytes and returns where they start. */
  skip(length: number): number {
    if (length > this.left) throw this.malformed(`it ends early: ${length} more bytes are due, ${this.left} are left`);
    const start = this.position;
    this.position += length;
    return start;
  }

  /** A view of the next `length` bytes: it costs nothing and keeps the blob alive. */
  take(length: number): Uint8Array {
    const start = this.skip(length);
    return this.bytes.subarray(start, start + length);
  }

  malformed(message: string, offset = this.position): Error {
    return malformed(this.#what, message, offset);
  }
}
