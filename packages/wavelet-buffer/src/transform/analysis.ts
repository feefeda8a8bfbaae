import type { Filters } from "./filters.js";
import { analyse, beyond } from "./lines.js";
import type { Quarters } from "./synthesis.js";

/** `length` values from `start`, and after them the first `more` again. */
function extendAfter(data: Float32Array, start: number, length: number, more: number, into: Float64Array): void {
  into.set(data.subarray(start, start + length));
  // A line is longer than a filter; the type can't say so.
  for (let k = 0; k < more; k++) into[length + k] = into[k] as number;
}

export function analyseLine(line: Float32Array, filters: Filters): { readonly low: Float32Array; readonly high: Float32Array } {
  const half = line.length / 2;
  const more = filters.taps - 2;
  const extended = new Float64Array(line.length + more + beyond);
  extendAfter(line, 0, line.length, more, extended);
  const [low, high] = [new Float32Array(half), new Float32Array(half)];
  analyse(extended, half, filters, low, high, 0);
  return { low, high };
}

/** The quarters of an image of even sides, row-major: first along rows, then along columns. */
export function analyseImage(image: Float32Array, rows: number, columns: number, filters: Filters): Quarters {
  const half = columns / 2;
  const more = filters.taps - 2;
  const extended = new Float64Array(columns + more + beyond);
  const [left, right] = [new Float32Array(rows * half), new Float32Array(rows * half)];
  for (let row = 0; row < rows; row++) {
    extendAfter(image, row * columns, columns, more, extended);
    analyse(extended, half, filters, left, right, row * half);
  }
  const [low, lh] = analyseColumns(left, rows, half, filters);
  const [hl, hh] = analyseColumns(right, rows, half, filters);
  return { low, lh, hl, hh };
}

function analyseColumns(
  data: Float32Array,
  rows: number,
  columns: number,
  { taps, low: h, high: g }: Filters,
): readonly [low: Float32Array, high: Float32Array] {
  const size = (rows / 2) * columns;
  const [low, high] = [new Float32Array(size), new Float32Array(size)];
  const [a, d] = [new Float64Array(columns), new Float64Array(columns)];
  for (let row = 0; row < rows / 2; row++) {
    a.fill(0);
    d.fill(0);
    // Two taps at a time: their number is even, and the sums are read and written half as often.
    for (let k = 0; k < taps; k += 2) {
      const from = ((2 * row + k) % rows) * columns;
      const [h0, h1, g0, g1] = [h[k] as number, h[k + 1] as number, g[k] as number, g[k + 1] as number];
      for (let c = 0; c < columns; c++) {
        const x = data[from + c] as number;
        const y = data[from + columns + c] as number;
        a[c] = (a[c] as number) + h0 * x + h1 * y;
        d[c] = (d[c] as number) + g0 * x + g1 * y;
      }
    }
    low.set(a, row * columns);
    high.set(d, row * columns);
  }
  return [low, high];
}
