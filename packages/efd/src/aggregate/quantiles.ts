/** A copy in ascending order; equal values (0 and -0) keep theirs. */
export function ascending(values: ArrayLike<number>): Float64Array {
  const sorted = Float64Array.from(values);
  const { length } = sorted;
  // A window of an instrument holds ten or a hundred values: insertion is the fastest, and stable.
  if (length > 64) return sorted.sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
  for (let index = 1; index < length; index++) {
    const value = sorted[index] ?? 0;
    let place = index;
    // In bounds by the loop.
    while (place > 0 && (sorted[place - 1] as number) > value) {
      sorted[place] = sorted[place - 1] as number;
      place--;
    }
    sorted[place] = value;
  }
  return sorted;
}

export function median(sorted: Float64Array): number {
  const half = sorted.length >> 1;
  // In bounds: there is at least one value.
  const upper = sorted[half] as number;
  return sorted.length % 2 === 1 ? upper : ((sorted[half - 1] as number) + upper) / 2;
}

/** Where the exclusive quartile lies: between the values `index - 1` and `index`, `weight` quarters of the way (outside of it for few). */
export function quartilePlace(quartile: 1 | 3, length: number): { readonly index: number; readonly weight: number } {
  const index = Math.min(Math.max(Math.floor((quartile * (length + 1)) / 4), 1), length - 1);
  return { index, weight: quartile * (length + 1) - index * 4 };
}

/** CPython's `statistics.quantiles(n=4, method="exclusive")`, in its order of operations. Two values give more than their range. */
export function quartile(sorted: Float64Array, which: 1 | 3): number {
  const { index, weight } = quartilePlace(which, sorted.length);
  // In bounds: at least two values.
  return ((sorted[index - 1] as number) * (4 - weight) + (sorted[index] as number) * weight) / 4;
}
