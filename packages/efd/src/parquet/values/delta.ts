import { damaged, type Place } from "../damage.js";

/** Honest miniblocks hold 32 to 256 values; more than this is no encoder's work and would strain bit positions. */
const LARGEST_MINIBLOCK = 2 ** 20;

/** DELTA_BINARY_PACKED (Encodings.md), read as far as it is asked for. Sums wrap at the width of the column, as the format has it. */
export class DeltaReader {
  /** Values that the header declares. */
  readonly total: number;
  readonly #bytes: Uint8Array;
  readonly #place: Place;
  readonly #perMiniblock: number;
  readonly #miniblocks: number;
  readonly #start: number;
  #position: number;
  #taken = 0;
  /** The value before the next delta is added, in two halves. */
  #low: number;
  #high: number;
  #minimumLow = 0;
  #minimumHigh = 0;
  #widths = 0;
  #miniblock = 0;
  /** Deltas left of the miniblock, where it begins, and how wide its deltas are. */
  #left = 0;
  #packed = 0;
  #width = 0;

  constructor(bytes: Uint8Array, start: number, place: Place) {
    this.#bytes = bytes;
    this.#position = start;
    this.#place = place;
    const block = Number(this.#varint());
    const miniblocks = Number(this.#varint());
    this.total = Number(this.#varint());
    const [low, high] = this.#zigzag();
    const perMiniblock = block / miniblocks;
    if (!(miniblocks > 0 && block % 128 === 0 && perMiniblock % 32 === 0 && perMiniblock > 0 && perMiniblock <= LARGEST_MINIBLOCK)) {
      throw damaged(place, `blocks of ${block} differences in ${miniblocks} parts`);
    }
    if (this.total > 2 ** 31) throw damaged(place, `${this.total} values in a page`);
    this.#miniblocks = miniblocks;
    this.#perMiniblock = perMiniblock;
    this.#low = low;
    this.#high = high;
    this.#start = this.#position;
    this.#miniblock = miniblocks;
  }

  /** The next `count` values in 32-bit words from `at` on: one each, or two, the low half first, where `wide`. */
  take(out: Uint32Array | Int32Array, at: number, count: number, wide: boolean): void {
    if (count > this.total - this.#taken) throw damaged(this.#place, `${this.total} values where the page declares more`);
    const step = wide ? 2 : 1;
    for (let done = 0; done < count; ) {
      if (this.#taken > 0 && this.#left === 0) this.#nextMiniblock();
      const some = this.#taken === 0 ? 1 : Math.min(count - done, this.#left);
      if (this.#taken === 0) {
        out[at] = this.#low;
        if (wide) out[at + 1] = this.#high;
      } else {
        this.#add(out, at, some, wide);
        this.#left -= some;
      }
      this.#taken += some;
      done += some;
      at += some * step;
    }
  }

  /** Where the encoding ends; its blocks are passed over, not decoded. */
  end(): number {
    let position = this.#start;
    for (let left = this.total - 1; left > 0; ) {
      position = this.#skipVarint(position);
      const widths = position;
      position += this.#miniblocks;
      for (let index = 0; index < this.#miniblocks && left > 0; index++, left -= this.#perMiniblock) {
        position += (this.#checkedWidth(this.#bytes[widths + index]) * this.#perMiniblock) / 8;
      }
      if (position > this.#bytes.length) throw damaged(this.#place, "differences that end too early");
    }
    return position;
  }

  #add(out: Uint32Array | Int32Array, at: number, count: number, wide: boolean): void {
    const width = this.#width;
    const bytes = this.#bytes;
    const first = (this.#perMiniblock - this.#left) * width;
    if (this.#packed + ((first + count * width + 7) >> 3) > bytes.length) throw damaged(this.#place, "differences that end too early");
    let low = this.#low;
    let high = this.#high;
    for (let index = 0, bit = first; index < count; index++, bit += width) {
      const deltaLow = width === 0 ? 0 : this.#bits(bit, Math.min(width, 32));
      if (!wide) {
        low = (low + deltaLow + this.#minimumLow) | 0;
        out[at++] = low;
        continue;
      }
      const deltaHigh = width > 32 ? this.#bits(bit + 32, width - 32) : 0;
      // Three halves below 2^32 each: exact, and the carry is what lies above.
      const sum = (low >>> 0) + (deltaLow >>> 0) + (this.#minimumLow >>> 0);
      low = sum | 0;
      high = (high + deltaHigh + this.#minimumHigh + Math.floor(sum / 2 ** 32)) | 0;
      out[at] = low;
      out[at + 1] = high;
      at += 2;
    }
    this.#low = low;
    this.#high = high;
  }

  /** Up to 32 bits, from `bit` of the miniblock on. */
  #bits(bit: number, width: number): number {
    const bytes = this.#bytes;
    const byte = this.#packed + (bit >> 3);
    const shift = bit & 7;
    let value =
      ((bytes[byte] as number) |
        ((bytes[byte + 1] as number) << 8) |
        ((bytes[byte + 2] as number) << 16) |
        ((bytes[byte + 3] as number) << 24)) >>>
      shift;
    if (shift + width > 32) value |= (bytes[byte + 4] as number) << (32 - shift);
    return width === 32 ? value | 0 : value & (2 ** width - 1);
  }

  #nextMiniblock(): void {
    if (this.#miniblock === this.#miniblocks) {
      [this.#minimumLow, this.#minimumHigh] = this.#zigzag();
      this.#widths = this.#position;
      this.#position += this.#miniblocks;
      this.#miniblock = 0;
    }
    this.#width = this.#checkedWidth(this.#bytes[this.#widths + this.#miniblock]);
    this.#packed = this.#position;
    this.#position += (this.#width * this.#perMiniblock) / 8;
    this.#left = this.#perMiniblock;
    this.#miniblock += 1;
  }

  #checkedWidth(width: number | undefined): number {
    if (width !== undefined && width <= 64) return width;
    throw damaged(this.#place, width === undefined ? "differences that end too early" : `differences of ${width} bits`);
  }

  #skipVarint(position: number): number {
    const most = position + 10;
    for (; position < most; position++) {
      const byte = this.#bytes[position];
      if (byte === undefined) break;
      if (byte < 128) return position + 1;
    }
    throw damaged(this.#place, "differences that end too early");
  }

  #varint(): bigint {
    const end = this.#skipVarint(this.#position);
    let value = 0n;
    // In bounds by the line above.
    for (let at = end - 1; at >= this.#position; at--) value = (value << 7n) | BigInt((this.#bytes[at] as number) & 127);
    this.#position = end;
    return BigInt.asUintN(64, value);
  }

  #zigzag(): readonly [low: number, high: number] {
    const coded = this.#varint();
    const value = (coded >> 1n) ^ -(coded & 1n);
    return [Number(BigInt.asIntN(32, value)), Number(BigInt.asIntN(32, value >> 32n))];
  }
}
