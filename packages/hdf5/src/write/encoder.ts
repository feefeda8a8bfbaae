/** HDF5's "no address": all bits set. */
export const undefinedAddress = 0xffff_ffff_ffff_ffffn;

/** Little-endian bytes of a growing structure; every length and offset of the files written here has 8 bytes. */
export class Encoder {
  #bytes = new Uint8Array(64);
  #view = new DataView(this.#bytes.buffer);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  u8(value: number): this {
    const at = this.#take(1);
    this.#view.setUint8(at, value);
    return this;
  }

  u16(value: number): this {
    const at = this.#take(2);
    this.#view.setUint16(at, value, true);
    return this;
  }

  u32(value: number): this {
    const at = this.#take(4);
    this.#view.setUint32(at, value, true);
    return this;
  }

  u64(value: number | bigint): this {
    const at = this.#take(8);
    this.#view.setBigUint64(at, BigInt(value), true);
    return this;
  }

  bytes(bytes: Uint8Array): this {
    const at = this.#take(bytes.length);
    this.#bytes.set(bytes, at);
    return this;
  }

  /** Without a terminating NUL. */
  ascii(text: string): this {
    return this.bytes(new TextEncoder().encode(text));
  }

  zeros(count: number): this {
    this.#take(count);
    return this;
  }

  /** Zeros up to a multiple of `unit` from the start of this structure. */
  align(unit: number): this {
    return this.zeros(padding(this.#length, unit));
  }

  finish(): Uint8Array {
    return this.#bytes.slice(0, this.#length);
  }

  /** May replace `#bytes` and `#view`: read those after it. */
  #take(count: number): number {
    const at = this.#length;
    this.#length += count;
    if (this.#length > this.#bytes.length) {
      const larger = new Uint8Array(Math.max(this.#length, this.#bytes.length * 2));
      larger.set(this.#bytes.subarray(0, at));
      this.#bytes = larger;
      this.#view = new DataView(larger.buffer);
    }
    return at;
  }
}

export const padding = (length: number, unit: number): number => (unit - (length % unit)) % unit;
export const rounded = (length: number, unit: number): number => length + padding(length, unit);

export function encodeU64(value: number | bigint): Uint8Array {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(value), true);
  return bytes;
}

export const encodeU16 = (value: number): Uint8Array => Uint8Array.of(value & 0xff, value >> 8);
