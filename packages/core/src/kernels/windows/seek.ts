import { lowWord, wordsOf } from "../../table/nanos-offsets.js";

/** Searches in times that never descend: gallops from where it stands, so that near edges cost little and far ones a logarithm. */
export class TimeSeeker {
  readonly #low: Uint32Array;
  readonly #high: Int32Array | Uint32Array;
  readonly length: number;

  constructor(times: BigInt64Array) {
    ({ low: this.#low, high: this.#high } = wordsOf(times));
    this.length = times.length;
  }

  /** The first row at or after `from` whose time is at or after `time`; `length` where there is none. */
  firstAtOrAfter(time: bigint, from: number): number {
    if (time > 0x7fff_ffff_ffff_ffffn) return this.length;
    const high = Number(time >> 32n);
    const low = Number(BigInt.asUintN(32, time));
    if (from >= this.length || !this.#before(from, high, low)) return from;
    let below = from;
    let step = 1;
    while (below + step < this.length && this.#before(below + step, high, low)) {
      below += step;
      step *= 2;
    }
    let above = Math.min(below + step, this.length);
    while (above - below > 1) {
      const middle = (below + above) >>> 1;
      if (this.#before(middle, high, low)) below = middle;
      else above = middle;
    }
    return above;
  }

  #before(row: number, high: number, low: number): boolean {
    // In bounds: two words a row.
    const rowHigh = this.#high[2 * row + 1 - lowWord] as number;
    return rowHigh < high || (rowHigh === high && (this.#low[2 * row + lowWord] as number) < low);
  }
}
