import { binEdges, PickedRows } from "./bins.js";

/**
 * The rows with the least and greatest value of each of `bins` spans of time: the envelope, two rows a pixel column. NaN is
 * no value; a span that has rows but no value gives its first row, so that a gap stays one.
 */
export function minMax(times: BigInt64Array, values: Float64Array, bins: number): Int32Array {
  const edges = binEdges(times, bins);
  const picked = new PickedRows();
  for (let bin = 0; bin < bins; bin++) {
    const [from, to] = [edges[bin] as number, edges[bin + 1] as number];
    if (from === to) continue;
    const found = extremes(values, from, to);
    if (found === undefined) picked.add(from);
    else picked.add(found.min, found.max);
  }
  return picked.take();
}

/**
 * M4: first, least, greatest and last of each span, with which a line drawn with as many pixel columns as bins is the line of
 * all rows to the pixel. U. Jugel, Z. Jerzak, G. Hackenbroich, V. Markl, "M4: A Visualization-Oriented Time Series Data
 * Aggregation", PVLDB 7 (10), 2014. NaN as in {@link minMax}.
 */
export function m4(times: BigInt64Array, values: Float64Array, bins: number): Int32Array {
  const edges = binEdges(times, bins);
  const picked = new PickedRows();
  for (let bin = 0; bin < bins; bin++) {
    const [from, to] = [edges[bin] as number, edges[bin + 1] as number];
    if (from === to) continue;
    const found = extremes(values, from, to);
    if (found === undefined) picked.add(from);
    else picked.add(found.first, found.min, found.max, found.last);
  }
  return picked.take();
}

/** The rows of a span's first, last, least and greatest value; undefined where it has none. */
function extremes(values: Float64Array, from: number, to: number) {
  let first = from;
  // Indices are in bounds by the conditions of the loops.
  while (first < to && Number.isNaN(values[first] as number)) first++;
  if (first === to) return undefined;
  let last = to - 1;
  while (Number.isNaN(values[last] as number)) last--;
  let min = first;
  let max = first;
  let least = values[first] as number;
  let greatest = least;
  for (let row = first + 1; row <= last; row++) {
    const value = values[row] as number;
    if (value < least) {
      least = value;
      min = row;
    }
    if (value > greatest) {
      greatest = value;
      max = row;
    }
  }
  return { first, last, min, max };
}
