type Numbers = Float64Array | Uint32Array;

/** The mean; NaN of nothing. Sums of whole numbers are exact up to 2^53. */
export function meanOf(values: Numbers): number {
  return compensatedSum(values, 0, 1) / values.length;
}

/** The variance of a population, by the squared distances to the mean; NaN of nothing. */
export function varianceOf(values: Numbers): number {
  return compensatedSum(values, meanOf(values), 2) / values.length;
}

/** The sum of `values - centre` or of its square, by Neumaier's algorithm: as good as if summed in twice the precision. */
function compensatedSum(values: Numbers, centre: number, power: 1 | 2): number {
  let sum = 0;
  let lost = 0;
  for (let row = 0; row < values.length; row++) {
    const distance = (values[row] as number) - centre; // in bounds
    const value = power === 1 ? distance : distance * distance;
    const next = sum + value;
    lost += Math.abs(sum) >= Math.abs(value) ? sum - next + value : value - next + sum;
    sum = next;
  }
  return sum + lost;
}

/** From each value to the next: one fewer than there are. */
export function intervalsOf(values: Float64Array): Float64Array {
  const intervals = new Float64Array(Math.max(0, values.length - 1));
  for (let row = 0; row < intervals.length; row++) intervals[row] = (values[row + 1] as number) - (values[row] as number); // in bounds
  return intervals;
}
