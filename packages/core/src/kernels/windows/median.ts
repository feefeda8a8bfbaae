import { sondeError } from "../../errors.js";

/** Values that one window may hold for its median: 1 GiB. */
const maxValues = 2 ** 27;

/** Keeps a window's values, NaN left out, and gives the middle one (of an even number the mean of two). Memory: the window's values. */
export class Median {
  #values = new Float64Array(1024);
  #length = 0;

  add(values: Float64Array, from: number, to: number): void {
    const needed = this.#length + to - from;
    if (needed > maxValues) {
      throw sondeError("limit", `a median over ${needed} values keeps them all: ask for narrower windows, or leave the median out`, {
        what: "values in a window",
        asked: needed,
        allowed: maxValues,
      });
    }
    if (needed > this.#values.length) {
      const grown = new Float64Array(Math.max(needed, 2 * this.#values.length));
      grown.set(this.#values.subarray(0, this.#length));
      this.#values = grown;
    }
    for (let index = from; index < to; index++) {
      // In bounds by the loop.
      const value = values[index] as number;
      if (!Number.isNaN(value)) this.#values[this.#length++] = value;
    }
  }

  /** The median, and starts anew; NaN where there was no value. */
  take(): number {
    const length = this.#length;
    this.#length = 0;
    if (length === 0) return Number.NaN;
    const sorted = this.#values.subarray(0, length).sort();
    const high = sorted[length >> 1] as number;
    if (length % 2 === 1) return high;
    const low = sorted[(length >> 1) - 1] as number;
    // Halved first: the sum of two large numbers can be infinite.
    return low === high ? low : low / 2 + high / 2;
  }
}
