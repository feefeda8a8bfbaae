/** What a set of values comes to. `m2` is the sum of the squared distances from the mean. */
export type Summary = {
  readonly count: number;
  readonly min: number;
  readonly mean: number;
  readonly max: number;
  readonly m2: number;
};

export const emptySummary: Summary = { count: 0, min: 0, mean: 0, max: 0, m2: 0 };

/** Of `values[from, to)`, in two passes, so that a large mean costs no digits of the spread. */
export function summaryOf(values: Float64Array, from = 0, to = values.length): Summary {
  const count = to - from;
  if (count <= 0) return emptySummary;
  let min = Number.POSITIVE_INFINITY;
  let max = Number.NEGATIVE_INFINITY;
  let sum = 0;
  for (let row = from; row < to; row++) {
    // In bounds: from <= row < to <= length.
    const value = values[row] as number;
    if (value < min) min = value;
    if (value > max) max = value;
    sum += value;
  }
  if (count === 1) return { count, min, mean: sum, max, m2: 0 };
  const rough = sum / count;
  let rest = 0;
  let m2 = 0;
  for (let row = from; row < to; row++) {
    const distance = (values[row] as number) - rough;
    rest += distance;
    m2 += distance * distance;
  }
  // What rounding left in the mean, and its square in m2 (Chan, Golub and LeVeque 1983, the corrected two-pass algorithm).
  return { count, min, mean: rough + rest / count, max, m2: Math.max(0, m2 - (rest * rest) / count) };
}

/** Of the union of two disjoint sets (Chan, Golub and LeVeque 1983). */
export function mergeSummaries(a: Summary, b: Summary): Summary {
  if (a.count === 0) return b;
  if (b.count === 0) return a;
  const count = a.count + b.count;
  const distance = b.mean - a.mean;
  return {
    count,
    min: Math.min(a.min, b.min),
    mean: a.mean + (distance * b.count) / count,
    max: Math.max(a.max, b.max),
    m2: a.m2 + b.m2 + ((distance * distance * a.count) / count) * b.count,
  };
}

/** Of the same set `times` times over. */
export function repeatSummary(summary: Summary, times: number): Summary {
  return times === 0 ? emptySummary : { ...summary, count: summary.count * times, m2: summary.m2 * times };
}

/** Of the population, as BTrDB gives it. */
export function stddevOf(summary: Summary): number {
  return summary.count === 0 ? 0 : Math.sqrt(summary.m2 / summary.count);
}
