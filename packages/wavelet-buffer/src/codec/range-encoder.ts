import type { QuasiStaticModel } from "./quasi-static-model.js";

/** The carry-less range encoder of fpzip 1.3.0; see `RangeDecoder`. */
export class RangeEncoder {
  #bytes = new Uint8Array(4096);
  #length = 0;
  #low = 0;
  #range = -1;

  /** At most 32 bits; beyond 16 the lower half goes first. */
  bits(value: number, count: number): void {
    if (count <= 16) {
      this.#shortBits(value, count);
      return;
    }
    this.#shortBits(value & 0xffff, 16);
    this.#shortBits(value >>> 16, count - 16);
  }

  #shortBits(value: number, count: number): void {
    this.#range >>>= count;
    this.#low = (this.#low + Math.imul(this.#range, value)) | 0;
    this.#normalise();
  }

  symbol(symbol: number, model: QuasiStaticModel): void {
    const range = this.#range >>> 16;
    // Of the model's symbols by the caller; the type can't say so.
    const start = model.cumulative[symbol] as number;
    this.#low = (this.#low + Math.imul(range, start)) | 0;
    this.#range = Math.imul(range, (model.cumulative[symbol + 1] as number) - start);
    model.count(symbol);
    this.#normalise();
  }

  /** All that was written, and `spare` zeros. */
  finish(spare: number): Uint8Array {
    for (let k = 0; k < 4; k++) this.#shift();
    this.#grow(spare);
    return this.#bytes.subarray(0, this.#length + spare);
  }

  #normalise(): void {
    while ((this.#low ^ (this.#low + this.#range)) >>> 24 === 0) {
      this.#shift();
      this.#range <<= 8;
    }
    if (this.#range >>> 16 === 0) {
      this.#shift();
      this.#shift();
      this.#range = -this.#low | 0;
    }
  }

  #shift(): void {
    if (this.#length === this.#bytes.length) this.#grow(this.#length);
    this.#bytes[this.#length++] = this.#low >>> 24;
    this.#low <<= 8;
  }

  #grow(by: number): void {
    const larger = new Uint8Array(this.#length + by);
    larger.set(this.#bytes.subarray(0, this.#length));
    this.#bytes = larger;
  }
}
