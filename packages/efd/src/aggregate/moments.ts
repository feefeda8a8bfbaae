import { exactMean, exactStdev } from "./exact-moments.js";

/**
 * Mean and stdev, equal to exact arithmetic rounded once. They are computed in pairs of doubles (106 bits) with a bound of the error;
 * where the bound leaves two doubles possible, in integers. The pairs are those of Dekker (1971) and Knuth (TAOCP 2, 4.2.2).
 */

/** Half an ulp of 1. */
const u = 2 ** -53;
/** Inside of these no product below overflows, or loses bits to underflow. */
const largest = 2 ** 400;
const smallest = 2 ** -400;
/** Past it the bounds, which grow by its square, decide too seldom. */
const longest = 100_000;

/** What `sum = a + b` lost to rounding, exactly. */
function sumError(a: number, b: number, sum: number): number {
  const part = sum - a;
  return a - (sum - part) + (b - part);
}

/** What `product = a * b` lost to rounding, exactly: by halves of 26 bits. */
function productError(a: number, b: number, product: number): number {
  const wideA = a * 134217729;
  const highA = wideA - (wideA - a);
  const lowA = a - highA;
  const wideB = b * 134217729;
  const highB = wideB - (wideB - b);
  const lowB = b - highB;
  return highA * highB - product + highA * lowB + lowA * highB + lowA * lowB;
}

/** Whether the pairs below can hold what these values give. */
function isTame(values: ArrayLike<number>): boolean {
  if (values.length > longest) return false;
  for (let index = 0; index < values.length; index++) {
    const size = Math.abs(values[index] ?? 0);
    if (!(size < largest) || (size < smallest && size !== 0)) return false;
  }
  return true;
}

/** The double that `high + low` rounds to, where it is the same for every error up to `bound`; NaN where it is not. */
function decided(high: number, low: number, bound: number): number {
  const value = high + (low + bound);
  return value === high + (low - bound) ? value : Number.NaN;
}

/** Of finite values, at least one. */
export function mean(values: ArrayLike<number>): number {
  if (!isTame(values)) return exactMean(values);
  const count = values.length;
  let high = 0;
  let low = 0;
  let size = 0;
  for (let index = 0; index < count; index++) {
    const value = values[index] ?? 0;
    const sum = high + value;
    low += sumError(high, value, sum);
    high = sum;
    size += Math.abs(value);
  }
  const sum = high + low;
  const rest = sumError(high, low, sum);
  const quotient = sum / count;
  const product = quotient * count;
  // sum - product is exact: they differ by an ulp or two.
  const correction = (sum - product - productError(quotient, count, product) + rest) / count;
  // `low` sums errors of at most u * size each, with as many roundings.
  const found = decided(quotient, correction, 32 * u * u * Math.abs(quotient) + 2 * count * u * u * size);
  return Number.isNaN(found) ? exactMean(values) : found;
}

/** Of at least two finite values, their mean being known. */
export function stdev(values: ArrayLike<number>, centre: number): number {
  if (!isTame(values)) return exactStdev(values);
  const count = values.length;
  let high = 0;
  let low = 0;
  let drift = 0;
  let driftLow = 0;
  for (let index = 0; index < count; index++) {
    const value = values[index] ?? 0;
    const difference = value - centre;
    const lost = sumError(value, -centre, difference);
    const square = difference * difference;
    const squareLow = productError(difference, difference, square) + (2 * difference * lost + lost * lost);
    const sum = high + square;
    low += sumError(high, square, sum) + squareLow;
    high = sum;
    const total = drift + difference;
    driftLow += sumError(drift, difference, total) + lost;
    drift = total;
  }
  // The mean was rounded, so the differences do not sum to zero: sum (x - m)^2 = sum (x - c)^2 - n (m - c)^2.
  const offset = drift + driftLow;
  const surplus = (offset * offset) / count;
  const bound = 16 * (count + 8) ** 2 * u * u * high + 16 * u * surplus;
  const above = low - surplus;
  const sum = high + above;
  const rest = sumError(high, above, sum);
  if (!(sum > 0)) return high === 0 ? 0 : exactStdev(values);
  const degrees = count - 1;
  const variance = sum / degrees;
  const product = variance * degrees;
  const varianceLow = (sum - product - productError(variance, degrees, product) + rest) / degrees;
  const root = Math.sqrt(variance);
  const square = root * root;
  const correction = (variance - square - productError(root, root, square) + varianceLow) / (2 * root);
  const found = decided(root, correction, root * (32 * u * u + bound / sum));
  return Number.isNaN(found) ? exactStdev(values) : found;
}
