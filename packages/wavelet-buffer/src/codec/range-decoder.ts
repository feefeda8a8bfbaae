import type { QuasiStaticModel } from "./quasi-static-model.js";

/**
 * The carry-less range decoder of fpzip 1.3.0. Its registers are unsigned 32-bit numbers held as signed ones, which are the integers that
 * an engine computes with. Past the end it reads zeros; `damaged` tells, as it does of intervals that no encoder writes.
 */
export class RangeDecoder {
  readonly #bytes: Uint8Array;
  #position = 0;
  #low = 0;
  #range = -1;
  #code = 0;
  #damaged = false;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    for (let k = 0; k < 4; k++) this.#code = (this.#code << 8) | this.#next();
  }

  get damaged(): boolean {
    return this.#damaged || this.#position > this.#bytes.length;
  }

  /** At most 32 bits, as a signed number; beyond 16 the lower half comes first. */
  bits(count: number): number {
    if (count <= 16) return this.#shortBits(count);
    const low = this.#shortBits(16);
    return (this.#shortBits(count - 16) << 16) | low;
  }

  #shortBits(count: number): number {
    const range = this.#range >>> count;
    const value = (((this.#code - this.#low) >>> 0) / range) | 0;
    // Also where the division was by 0 and `| 0` made nothing of it.
    if (range === 0 || value >>> count !== 0) this.#damaged = true;
    this.#low = (this.#low + Math.imul(range, value)) | 0;
    this.#range = range;
    this.#normalise();
    return value;
  }

  symbol(model: QuasiStaticModel): number {
    const { cumulative, lookup } = model;
    const range = this.#range >>> 16;
    let target = (((this.#code - this.#low) >>> 0) / range) | 0;
    if (range === 0 || target >>> 16 !== 0) {
      this.#damaged = true;
      target = 0;
    }
    // Below 2^16, so there is a symbol that holds it; the type can't say so.
    let symbol = lookup[target >> 8] as number;
    while (target >= (cumulative[symbol + 1] as number)) symbol++;
    const start = cumulative[symbol] as number;
    this.#low = (this.#low + Math.imul(range, start)) | 0;
    this.#range = Math.imul(range, (cumulative[symbol + 1] as number) - start);
    model.count(symbol);
    this.#normalise();
    return symbol;
  }

  #normalise(): void {
    // The top bytes of both ends agree: nothing can change them any more.
    while ((this.#low ^ (this.#low + this.#range)) >>> 24 === 0) {
      this.#shift();
      this.#range <<= 8;
      if (this.#range === 0) {
        this.#damaged = true;
        return;
      }
    }
    if (this.#range >>> 16 === 0) {
      this.#shift();
      this.#shift();
      this.#range = -this.#low | 0;
    }
  }

  #shift(): void {
    this.#code = (this.#code << 8) | this.#next();
    this.#low <<= 8;
  }

  #next(): number {
    const { length } = this.#bytes;
    const at = this.#position++;
    return at < length ? (this.#bytes[at] as number) : 0;
  }
}
