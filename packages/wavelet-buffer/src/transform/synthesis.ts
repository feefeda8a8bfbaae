import type { Filters } from "./filters.js";

/**
 * Twice as many samples from the low and the high half of a periodic line: the transpose of the analysis. `low` and `high` begin at
 * `lead = taps / 2 - 1` and repeat their last `lead` values before it.
 */
export function synthesiseExtended(low: Float64Array, high: Float64Array, half: number, filters: Filters, out: Float32Array, at: number) {
  const { low: h, high: g } = filters;
  const pairs = h.length >> 1;
  const lead = pairs - 1;
  for (let m = 0; m < half; m++) {
    let even = 0;
    let odd = 0;
    for (let j = 0, tap = 0; j < pairs; j++, tap += 2) {
      // Within the filters and the extended halves; the type can't say so.
      const a = low[m + lead - j] as number;
      const d = high[m + lead - j] as number;
      even += (h[tap] as number) * a + (g[tap] as number) * d;
      odd += (h[tap + 1] as number) * a + (g[tap + 1] as number) * d;
    }
    out[at + 2 * m] = even;
    out[at + 2 * m + 1] = odd;
  }
}

/** Puts a line, and before it its last `lead` values, into `into`. */
export function extendBefore(line: Float32Array, lead: number, into: Float64Array): void {
  into.set(line, lead);
  for (let k = 0; k < lead; k++) into[k] = line[line.length - lead + k] as number;
}

export function synthesiseLine(low: Float32Array, high: Float32Array, filters: Filters): Float32Array {
  const lead = (filters.low.length >> 1) - 1;
  const half = low.length;
  const [a, d] = [new Float64Array(half + lead), new Float64Array(half + lead)];
  extendBefore(low, lead, a);
  extendBefore(high, lead, d);
  const out = new Float32Array(2 * half);
  synthesiseExtended(a, d, half, filters, out, 0);
  return out;
}

/** The four quarters of one step of an image, row-major, `rows` by `columns` each. */
export interface Quarters {
  readonly low: Float32Array;
  readonly lh: Float32Array;
  readonly hl: Float32Array;
  readonly hh: Float32Array;
}

/** An image of twice the rows and columns: first along columns, then along rows, a row at a time. */
export function synthesiseImage({ low, lh, hl, hh }: Quarters, rows: number, columns: number, filters: Filters): Float32Array {
  const lead = (filters.low.length >> 1) - 1;
  const out = new Float32Array(4 * rows * columns);
  const left = new Float64Array(columns + lead);
  const right = new Float64Array(columns + lead);
  for (let row = 0; row < 2 * rows; row++) {
    synthesiseRow(low, lh, row, rows, columns, filters, left, lead);
    synthesiseRow(hl, hh, row, rows, columns, filters, right, lead);
    synthesiseExtended(left, right, columns, filters, out, row * 2 * columns);
  }
  return out;
}

/** Row `row` of what columns of a low and a high quarter make, extended before. */
function synthesiseRow(
  low: Float32Array,
  high: Float32Array,
  row: number,
  rows: number,
  columns: number,
  { low: h, high: g }: Filters,
  into: Float64Array,
  lead: number,
): void {
  const middle = row >> 1;
  into.fill(0, lead);
  for (let j = 0, tap = row & 1; tap < h.length; j++, tap += 2) {
    const from = (middle - j < 0 ? middle - j + rows : middle - j) * columns;
    const [a, d] = [h[tap] as number, g[tap] as number];
    for (let c = 0; c < columns; c++) {
      into[lead + c] = (into[lead + c] as number) + a * (low[from + c] as number) + d * (high[from + c] as number);
    }
  }
  for (let k = 0; k < lead; k++) into[k] = into[columns + k] as number;
}
