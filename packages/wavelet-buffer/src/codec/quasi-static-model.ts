/** Frequencies add up to 2^16. */
export const total = 65_536;
/** Symbols between two changes of the model, at most. */
const longestPeriod = 1024;

/**
 * How likely each symbol is, as fpzip 1.3.0 estimates it: what was coded counts at once, and takes effect for the coder only after a
 * period that grows from 2 to 1024 symbols.
 */
export class QuasiStaticModel {
  /** Where each symbol's share of 2^16 begins; one more element than symbols, the last 2^16. */
  readonly cumulative: Int32Array;
  /** The symbol that holds each multiple of 256. */
  readonly lookup = new Uint16Array(257);
  readonly #frequencies: Int32Array;
  #period: number;
  /** Symbols until the next change. */
  #left = 0;
  /** Symbols of this period that are counted with one more than `#increment`, after those now under way. */
  #more = 0;
  #increment = 0;

  constructor(symbols: number) {
    this.#frequencies = new Int32Array(symbols);
    const share = Math.floor(total / symbols);
    for (let k = 0; k < symbols; k++) this.#frequencies[k] = k < total % symbols ? share + 1 : share;
    this.cumulative = new Int32Array(symbols + 1);
    this.cumulative[symbols] = total;
    this.#period = (symbols >> 4) | 2;
    this.#change();
  }

  /** To be called for every symbol, after its share was used. */
  count(symbol: number): void {
    if (this.#left === 0) this.#change();
    this.#left--;
    this.#frequencies[symbol] = (this.#frequencies[symbol] as number) + this.#increment;
  }

  #change(): void {
    if (this.#more > 0) {
      this.#left = this.#more;
      this.#more = 0;
      this.#increment++;
      return;
    }
    this.#period = Math.min(2 * this.#period, longestPeriod);
    const frequencies = this.#frequencies;
    const { cumulative, lookup } = this;
    let end = total;
    let spare = total;
    for (let k = frequencies.length - 1; k >= 0; k--) {
      const frequency = frequencies[k] as number;
      const start = end - frequency;
      cumulative[k] = start;
      for (let slot = (start + 255) >> 8; slot << 8 < end; slot++) lookup[slot] = k;
      end = start;
      const kept = (frequency >> 1) | 1;
      frequencies[k] = kept;
      spare -= kept;
    }
    this.#increment = Math.floor(spare / this.#period);
    this.#more = spare % this.#period;
    this.#left = this.#period - this.#more;
  }
}
