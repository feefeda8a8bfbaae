/**
 * The carry-less range decoder of fpzip 1.3.0. Its registers are unsigned 32-bit numbers held as signed ones, which are the integers that
 * an engine computes with; `decodeValues` takes them over for its loop.
 */
export class RangeDecoder {
  readonly bytes: Uint8Array;
  position = 0;
  low = 0;
  range = -1;
  code = 0;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
    for (let k = 0; k < 4; k++) this.#shift();
    this.range = -1;
  }

  /** At most 32 bits, as a signed number; beyond 16 the lower half comes first. Undefined where no encoder wrote this. */
  bits(count: number): number | undefined {
    if (count <= 16) return this.#shortBits(count);
    const low = this.#shortBits(16);
    const high = this.#shortBits(count - 16);
    return low === undefined || high === undefined ? undefined : (high << 16) | low;
  }

  #shortBits(count: number): number | undefined {
    const range = this.range >>> count;
    const value = (((this.code - this.low) >>> 0) / range) | 0;
    if (range === 0 || value >>> count !== 0) return undefined;
    this.low = (this.low + Math.imul(range, value)) | 0;
    this.range = range | 0;
    // The top bytes of both ends agree: nothing can change them any more.
    while ((this.low ^ (this.low + this.range)) >>> 24 === 0 && this.range !== 0) this.#shift();
    if (this.range >>> 16 === 0) {
      this.#shift();
      this.#shift();
      this.range = -this.low | 0;
    }
    return value;
  }

  #shift(): void {
    const at = this.position++;
    this.code = (this.code << 8) | (this.bytes[at] ?? 0);
    this.low <<= 8;
    this.range <<= 8;
  }
}
