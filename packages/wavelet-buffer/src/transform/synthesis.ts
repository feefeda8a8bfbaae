import type { Filters } from "./filters.js";
import { synthesise } from "./lines.js";

export function synthesiseLine(low: Float32Array, high: Float32Array, filters: Filters): Float32Array {
  const lead = (filters.taps >> 1) - 1;
  const [a, d] = [extended(low, lead), extended(high, lead)];
  const out = new Float32Array(2 * low.length);
  synthesise(a, d, low.length, filters, out, 0);
  return out;
}

/** A line, and before it its last `lead` values. */
function extended(line: Float32Array, lead: number): Float64Array {
  const result = new Float64Array(line.length + lead);
  result.set(line, lead);
  wrap(result, line.length, lead);
  return result;
}

function wrap(line: Float64Array, length: number, lead: number): void {
  // A line is longer than half a filter; the type can't say so.
  for (let k = 0; k < lead; k++) line[k] = line[length + k] as number;
}

/** The four quarters of one step of an image, row-major, `rows` by `columns` each. */
export interface Quarters {
  readonly low: Float32Array;
  readonly lh: Float32Array;
  readonly hl: Float32Array;
  readonly hh: Float32Array;
}

/** An image of twice the rows and columns: first along columns, then along rows, two rows at a time. */
export function synthesiseImage({ low, lh, hl, hh }: Quarters, rows: number, columns: number, filters: Filters): Float32Array {
  const lead = (filters.taps >> 1) - 1;
  const out = new Float32Array(4 * rows * columns);
  const row = () => new Float64Array(columns + lead);
  const [left, nextLeft, right, nextRight] = [row(), row(), row(), row()];
  for (let m = 0; m < rows; m++) {
    synthesiseRows(low, lh, m, rows, columns, filters, left, nextLeft);
    synthesiseRows(hl, hh, m, rows, columns, filters, right, nextRight);
    synthesise(left, right, columns, filters, out, 4 * m * columns);
    synthesise(nextLeft, nextRight, columns, filters, out, (4 * m + 2) * columns);
  }
  return out;
}

/** Rows `2 m` and `2 m + 1` of what the columns of a low and a high quarter make, extended before. */
function synthesiseRows(
  low: Float32Array,
  high: Float32Array,
  m: number,
  rows: number,
  columns: number,
  { taps, low: h, high: g }: Filters,
  even: Float64Array,
  odd: Float64Array,
): void {
  const pairs = taps >> 1;
  const lead = pairs - 1;
  even.fill(0);
  odd.fill(0);
  // Two pairs of taps at a time, so that sums are read and written half as often; of an odd number the last goes with taps of 0.
  for (let j = 0; j < pairs; j += 2) {
    const first = (m - j < 0 ? m - j + rows : m - j) * columns;
    const second = j + 1 < pairs ? (m - j - 1 < 0 ? m - j - 1 + rows : m - j - 1) * columns : first;
    const tap = 2 * j;
    const [h0 = 0, h1 = 0, h2 = 0, h3 = 0] = h.subarray(tap, tap + 4);
    const [g0 = 0, g1 = 0, g2 = 0, g3 = 0] = g.subarray(tap, tap + 4);
    for (let c = 0; c < columns; c++) {
      // Within the quarters and the rows; the type can't say so.
      const a = low[first + c] as number;
      const b = low[second + c] as number;
      const d = high[first + c] as number;
      const e = high[second + c] as number;
      even[lead + c] = (even[lead + c] as number) + h0 * a + g0 * d + h2 * b + g2 * e;
      odd[lead + c] = (odd[lead + c] as number) + h1 * a + g1 * d + h3 * b + g3 * e;
    }
  }
  wrap(even, columns, lead);
  wrap(odd, columns, lead);
}
