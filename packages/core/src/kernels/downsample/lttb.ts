import { nanosOffsets } from "../../table/nanos-offsets.js";
import { PickedRows } from "./bins.js";
import { minMax } from "./min-max.js";

/**
 * Largest triangle, three buckets: of each bucket of equally many rows the one that makes the largest triangle with the row
 * chosen before it and the mean of the next bucket. S. Steinarsson, "Downsampling Time Series for Visual Representation",
 * University of Iceland, 2013. First and last row are kept. NaN is no value; a bucket without one gives its first row.
 */
export function lttb(times: BigInt64Array, values: Float64Array, points: number): Int32Array {
  const origin = times[0];
  return origin === undefined ? new Int32Array(0) : triangles(nanosOffsets(times, origin), values, points);
}

/**
 * LTTB over the {@link minMax} rows of `ratio` times as many points: what LTTB would choose but for details, several times
 * faster. J. Van Der Donckt, J. Van Der Donckt, M. Rademaker, S. Van Hoecke, "MinMaxLTTB: Leveraging MinMax-Preselection to Scale
 * LTTB", 2023 (arXiv 2305.00332), which finds ratio 4 enough.
 */
export function minMaxLttb(times: BigInt64Array, values: Float64Array, points: number, ratio = 4): Int32Array {
  const bins = Math.ceil((points * ratio) / 2);
  if (times.length <= 2 * bins) return lttb(times, values, points);
  const inner = minMax(times, values, bins);
  const chosen = new PickedRows();
  chosen.add(0);
  for (const row of inner) chosen.add(row);
  chosen.add(times.length - 1);
  const rows = chosen.take();
  // Every chosen row is a row.
  const few = lttb(
    BigInt64Array.from(rows, (row) => times[row] as bigint),
    Float64Array.from(rows, (row) => values[row] as number),
    points,
  );
  return few.map((index) => rows[index] as number);
}

function triangles(x: Float64Array, y: Float64Array, points: number): Int32Array {
  const rows = x.length;
  if (rows <= points || points < 3)
    return Int32Array.from({ length: Math.min(rows, points) }, (_, k) => (k === 0 ? 0 : points < 3 ? rows - 1 : k));
  const picked = new PickedRows();
  picked.add(0);
  let before = 0;
  const size = (rows - 2) / (points - 2);
  const edge = (bucket: number) => (bucket >= points - 2 ? rows - 1 : Math.floor(bucket * size) + 1);
  for (let bucket = 0; bucket < points - 2; bucket++) {
    const [from, to] = [edge(bucket), edge(bucket + 1)];
    const next = centre(x, y, to, Math.max(edge(bucket + 2), to + 1));
    const [x0, y0] = [x[before] as number, Number.isNaN(y[before]) ? next.y : (y[before] as number)];
    let best = from;
    let largest = -1;
    for (let row = from; row < to; row++) {
      // Twice the area, which orders as the area does. NaN is larger than nothing.
      const area = Math.abs((x0 - next.x) * ((y[row] as number) - y0) - (x0 - (x[row] as number)) * (next.y - y0));
      if (area > largest) {
        largest = area;
        best = row;
      }
    }
    picked.add(best);
    if (largest >= 0) before = best;
  }
  picked.add(rows - 1);
  return picked.take();
}

/** The mean of the values from a row to another (exclusive); of none, that of the first time and 0. */
function centre(x: Float64Array, y: Float64Array, from: number, to: number): { x: number; y: number } {
  let [sumX, sumY, count] = [0, 0, 0];
  for (let row = from; row < to; row++) {
    if (Number.isNaN(y[row] as number)) continue;
    sumX += x[row] as number;
    sumY += y[row] as number;
    count++;
  }
  return count === 0 ? { x: x[from] as number, y: 0 } : { x: sumX / count, y: sumY / count };
}
