import { damaged, type Place } from "../damage.js";

/**
 * The hybrid of run lengths and bit packing (Encodings.md, "RLE"), read as far as it is asked for: what a run declares is never allocated.
 */
export class HybridReader {
  readonly #bytes: Uint8Array;
  readonly #end: number;
  readonly #width: number;
  readonly #place: Place;
  #position: number;
  /** Values left of the run. */
  #left = 0;
  /** The value of a repeated run; -1 in a packed one. */
  #value = -1;
  /** Where the packed run begins, and the values taken of it. */
  #packed = 0;
  #taken = 0;

  constructor(bytes: Uint8Array, start: number, end: number, width: number, place: Place) {
    if (width > 32) throw damaged(place, `values of ${width} bits`);
    this.#bytes = bytes;
    this.#position = start;
    this.#end = end;
    this.#width = width;
    this.#place = place;
  }

  /** Passes over up to `most` values that are all `value`, without a look at each: 0 where the next run is no such. */
  skipRun(value: number, most: number): number {
    if (this.#left === 0) this.#next();
    if (this.#value !== value) return 0;
    const count = Math.min(most, this.#left);
    this.#left -= count;
    return count;
  }

  /** The next `count` values into `out` from `at` on. Rejects `format` where there are fewer. */
  take(out: Uint8Array | Uint32Array, at: number, count: number): void {
    const end = at + count;
    while (at < end) {
      if (this.#left === 0) this.#next();
      const step = Math.min(this.#left, end - at);
      if (this.#value >= 0) out.fill(this.#value, at, at + step);
      else this.#unpack(out, at, step);
      this.#left -= step;
      at += step;
    }
  }

  #next(): void {
    // Empty runs are passed over; each takes a byte at least.
    do this.#begin(this.#varint());
    while (this.#left === 0);
  }

  #begin(header: number): void {
    const width = this.#width;
    if (header & 1) {
      this.#left = (header >>> 1) * 8;
      this.#value = -1;
      this.#packed = this.#position;
      this.#taken = 0;
      // The last run may be cut after the bytes that are needed.
      this.#position = Math.min(this.#end, this.#position + (header >>> 1) * width);
    } else {
      this.#left = header >>> 1;
      const size = (width + 7) >> 3;
      if (this.#end - this.#position < size) throw damaged(this.#place, "a run that ends too early");
      let value = 0;
      for (let index = 0; index < size; index++) value += (this.#bytes[this.#position++] as number) * 2 ** (8 * index);
      this.#value = value;
    }
  }

  #unpack(out: Uint8Array | Uint32Array, at: number, count: number): void {
    const width = this.#width;
    const last = this.#taken + count - 1;
    const needed = this.#packed + (last >> 3) * width + (((last & 7) * width + width + 7) >> 3);
    if (needed > this.#end) throw damaged(this.#place, "a packed run that ends too early");
    const end = at + count;
    while (at < end) {
      // Eight values take `width` bytes, so each group begins at a byte and bit positions stay small.
      const group = this.#packed + (this.#taken >> 3) * width;
      const whole = (this.#taken & 7) === 0 && width <= WIDEST_GROUPED ? Math.min((end - at) >> 3, this.#groupsAt(group)) : 0;
      if (whole > 0) unpackGroups(this.#bytes, group, width, out, at, whole);
      else unpackOne(this.#bytes, group, (this.#taken & 7) * width, width, out, at);
      const step = whole > 0 ? whole * 8 : 1;
      this.#taken += step;
      at += step;
    }
  }

  /** Groups from a position on that may be read in words of four bytes. */
  #groupsAt(position: number): number {
    return this.#width === 0 ? 0 : Math.max(0, Math.floor((this.#bytes.length - 4 - position) / this.#width));
  }

  #varint(): number {
    let value = 0;
    for (let shift = 0; shift < 35; shift += 7) {
      if (this.#position >= this.#end) break;
      // In bounds just now.
      const byte = this.#bytes[this.#position++] as number;
      value += (byte & 127) * 2 ** shift;
      if (byte < 128) {
        if (value < 2 ** 32) return value;
        break;
      }
    }
    throw damaged(this.#place, "fewer values than the page declares");
  }
}

/** A value of more bits may need five bytes. */
const WIDEST_GROUPED = 25;

/** Groups of eight values, from the least significant bit on; four bytes behind the last group's are there. */
function unpackGroups(bytes: Uint8Array, from: number, width: number, out: Uint8Array | Uint32Array, at: number, groups: number): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const mask = 2 ** width - 1;
  const [bit1, bit2, bit3, bit4] = [width, width * 2, width * 3, width * 4];
  const [bit5, bit6, bit7] = [width * 5, width * 6, width * 7];
  for (let group = 0; group < groups; group++, at += 8, from += width) {
    out[at] = view.getUint32(from, true) & mask;
    out[at + 1] = (view.getUint32(from + (bit1 >> 3), true) >>> (bit1 & 7)) & mask;
    out[at + 2] = (view.getUint32(from + (bit2 >> 3), true) >>> (bit2 & 7)) & mask;
    out[at + 3] = (view.getUint32(from + (bit3 >> 3), true) >>> (bit3 & 7)) & mask;
    out[at + 4] = (view.getUint32(from + (bit4 >> 3), true) >>> (bit4 & 7)) & mask;
    out[at + 5] = (view.getUint32(from + (bit5 >> 3), true) >>> (bit5 & 7)) & mask;
    out[at + 6] = (view.getUint32(from + (bit6 >> 3), true) >>> (bit6 & 7)) & mask;
    out[at + 7] = (view.getUint32(from + (bit7 >> 3), true) >>> (bit7 & 7)) & mask;
  }
}

/** One value of up to 32 bits. */
function unpackOne(bytes: Uint8Array, group: number, bit: number, width: number, out: Uint8Array | Uint32Array, at: number): void {
  const byte = group + (bit >> 3);
  const shift = bit & 7;
  // Past the end undefined counts as 0, and the caller has seen that no bit of it is asked for.
  let value =
    ((bytes[byte] as number) |
      ((bytes[byte + 1] as number) << 8) |
      ((bytes[byte + 2] as number) << 16) |
      ((bytes[byte + 3] as number) << 24)) >>>
    shift;
  if (shift + width > 32) value |= (bytes[byte + 4] as number) << (32 - shift);
  out[at] = width === 32 ? value : value & (2 ** width - 1);
}

/** Bits that hold the numbers from 0 to `greatest`. */
export function bitWidth(greatest: number): number {
  return 32 - Math.clz32(greatest);
}

/** The old encoding of levels (Encodings.md, "Bit-packed (Deprecated)"): from the most significant bit on. */
export class BitPackedReader {
  readonly #bytes: Uint8Array;
  readonly #start: number;
  readonly #width: number;
  #taken = 0;

  constructor(bytes: Uint8Array, start: number, width: number) {
    this.#bytes = bytes;
    this.#start = start;
    this.#width = width;
  }

  skipRun(): number {
    return 0;
  }

  take(out: Uint8Array, at: number, count: number): void {
    for (const end = at + count; at < end; at++) {
      let value = 0;
      for (let index = 0; index < this.#width; index++) {
        const bit = this.#taken * this.#width + index;
        value = (value << 1) | (((this.#bytes[this.#start + (bit >> 3)] ?? 0) >> (7 - (bit & 7))) & 1);
      }
      out[at] = value;
      this.#taken += 1;
    }
  }
}

/** What levels are read by. */
export type LevelReader = Pick<HybridReader, "skipRun"> & { take(out: Uint8Array, at: number, count: number): void };
