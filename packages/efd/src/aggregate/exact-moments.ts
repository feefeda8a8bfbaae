import { ratioToDouble, rootToDouble } from "./rounding.js";

/** Values as integers of one unit: `values[i] * 2^exponent`. */
type Scaled = { readonly values: readonly bigint[]; readonly exponent: number };

/** The exact mean, rounded once. For finite values; of any size, at some microseconds each. */
export function exactMean(values: ArrayLike<number>): number {
  const scaled = scale(values);
  return integerMean(scaled.values, scaled.exponent);
}

/** The square root of the sample's exact variance, rounded once, as CPython has it from 3.11 on. For at least two finite values. */
export function exactStdev(values: ArrayLike<number>): number {
  const scaled = scale(values);
  return integerStdev(scaled.values, scaled.exponent);
}

export function integerMean(values: readonly bigint[], exponent = 0): number {
  let sum = 0n;
  for (const value of values) sum += value;
  return ratioToDouble(sum, BigInt(values.length), exponent);
}

export function integerStdev(values: readonly bigint[], exponent = 0): number {
  let sum = 0n;
  let squares = 0n;
  for (const value of values) {
    sum += value;
    squares += value * value;
  }
  const count = BigInt(values.length);
  return rootToDouble(count * squares - sum * sum, count * (count - 1n), exponent);
}

const bits = new DataView(new ArrayBuffer(8));

function scale(values: ArrayLike<number>): Scaled {
  const parts = Array.from(values, split);
  let exponent = 0;
  for (const part of parts) if (part.significand !== 0n && part.exponent < exponent) exponent = part.exponent;
  const shifted = parts.map((part) => (part.significand === 0n ? 0n : part.significand << BigInt(part.exponent - exponent)));
  return { values: shifted, exponent };
}

/** A double is exactly `significand * 2^exponent` (IEEE 754, binary64). */
function split(value: number): { readonly significand: bigint; readonly exponent: number } {
  bits.setFloat64(0, value);
  const high = bits.getUint32(0);
  const biased = (high >>> 20) & 0x7ff;
  const fraction = (BigInt(high & 0xfffff) << 32n) | BigInt(bits.getUint32(4));
  const size = biased === 0 ? fraction : fraction | (1n << 52n);
  return { significand: value < 0 ? -size : size, exponent: Math.max(biased, 1) - 1075 };
}
