import type { TimeRange } from "@sonde/core";

/** Points in pixels; a gap is a NaN in both. */
export type Points = { readonly x: Float64Array; readonly y: Float64Array };

/**
 * The points of a line that can be seen: of each pixel column the first, least, greatest and last (M4; Jugel et al., "M4: A Visualization-
 * Oriented Time Series Data Aggregation", VLDB 2014), so that the picture is that of all points. A missing value breaks the line.
 */
export function visiblePoints(times: BigInt64Array, values: Float64Array, range: TimeRange, left: number, right: number): Points {
  const span = Number(range.end - range.start) || 1;
  const x: number[] = [];
  const y: number[] = [];
  const put = (row: number) => {
    x.push(left + (Number((times[row] ?? 0n) - range.start) / span) * (right - left));
    y.push(values[row] ?? Number.NaN);
  };
  const gap = () => {
    if (x.length > 0 && !Number.isNaN(x.at(-1))) {
      x.push(Number.NaN);
      y.push(Number.NaN);
    }
  };
  let from = 0;
  while (from < values.length) {
    if (!Number.isFinite(values[from] ?? Number.NaN)) {
      gap();
      from += 1;
      continue;
    }
    const column = columnOf(times[from] ?? 0n, range, span, right - left);
    let [low, high, to] = [from, from, from + 1];
    for (; to < values.length; to++) {
      const value = values[to] ?? Number.NaN;
      if (!Number.isFinite(value) || columnOf(times[to] ?? 0n, range, span, right - left) !== column) break;
      if (value < (values[low] ?? 0)) low = to;
      if (value > (values[high] ?? 0)) high = to;
    }
    for (const row of new Set([from, Math.min(low, high), Math.max(low, high), to - 1])) put(row);
    from = to;
  }
  return { x: Float64Array.from(x), y: Float64Array.from(y) };
}

function columnOf(time: bigint, range: TimeRange, span: number, pixels: number): number {
  return Math.floor((Number(time - range.start) / span) * pixels);
}
