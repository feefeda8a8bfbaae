import { TimeSeeker } from "../windows/seek.js";

/**
 * Where the rows of `bins` equal spans of time begin, the end of the last one included: pixel columns. Times never descend.
 * Edges are found by search, so times are not read row by row.
 */
export function binEdges(times: BigInt64Array, bins: number): Int32Array {
  const edges = new Int32Array(bins + 1);
  const rows = times.length;
  if (rows === 0) return edges;
  const seeker = new TimeSeeker(times);
  // In bounds: there are rows.
  const start = times[0] as bigint;
  const span = (times[rows - 1] as bigint) - start + 1n;
  for (let bin = 1; bin < bins; bin++) {
    // Rounded up: a row at or after the exact edge is at or after the next whole nanosecond.
    const edge = start + (span * BigInt(bin) + BigInt(bins) - 1n) / BigInt(bins);
    edges[bin] = seeker.firstAtOrAfter(edge, edges[bin - 1] as number);
  }
  edges[bins] = rows;
  return edges;
}

/** Row numbers that grow, each kept once. */
export class PickedRows {
  #rows = new Int32Array(1024);
  #length = 0;

  /** Takes rows of one bin, in any order. */
  add(...rows: number[]): void {
    for (const row of rows.sort((a, b) => a - b)) {
      if (this.#length > 0 && (this.#rows[this.#length - 1] as number) >= row) continue;
      if (this.#length === this.#rows.length) {
        const grown = new Int32Array(2 * this.#length);
        grown.set(this.#rows);
        this.#rows = grown;
      }
      this.#rows[this.#length++] = row;
    }
  }

  take(): Int32Array<ArrayBuffer> {
    return this.#rows.slice(0, this.#length);
  }
}
