/** The number of bits of a positive integer. */
function bitLength(value: bigint): number {
  const hex = value.toString(16);
  return (hex.length - 1) * 4 + (32 - Math.clz32(Number.parseInt(hex.charAt(0), 16)));
}

/**
 * The double nearest to `significand * 2^exponent`, ties to even; past the largest it is Infinity. A significand that stands for more
 * than itself (digits that were cut off) has its lowest bit set and at least 55 bits: so the result is that of the true value.
 */
function nearestDouble(significand: bigint, exponent: number): number {
  const dropped = -1074 - exponent;
  const length = bitLength(significand);
  if (dropped <= 0 || length + exponent > -1022) {
    // Number(bigint) rounds to nearest, ties to even. Two factors, since one may lie outside of the doubles where the product does not.
    const first = Math.trunc(exponent / 2);
    return Number(significand) * 2 ** first * 2 ** (exponent - first);
  }
  // Subnormal: a whole number of 2^-1074.
  const cut = BigInt(dropped);
  const kept = significand >> cut;
  const rest = significand - (kept << cut);
  const half = 1n << (cut - 1n);
  const up = rest > half || (rest === half && (kept & 1n) === 1n);
  return Number(up ? kept + 1n : kept) * Number.MIN_VALUE;
}

/** `numerator / denominator * 2^exponent` as the nearest double, ties to even. The denominator is positive. */
export function ratioToDouble(numerator: bigint, denominator: bigint, exponent = 0): number {
  if (numerator === 0n) return 0;
  const size = numerator < 0n ? -numerator : numerator;
  const shift = 64 - bitLength(size) + bitLength(denominator);
  const above = shift > 0 ? size << BigInt(shift) : size;
  const below = shift < 0 ? denominator << BigInt(-shift) : denominator;
  const quotient = above / below;
  const value = nearestDouble(quotient * below === above ? quotient : quotient | 1n, exponent - shift);
  return numerator < 0n ? -value : value;
}

/** The square root of `numerator / denominator * 4^exponent` as the nearest double, ties to even. Neither is negative. */
export function rootToDouble(numerator: bigint, denominator: bigint, exponent = 0): number {
  if (numerator === 0n) return 0;
  // A root of 64 bits or so.
  const shift = Math.ceil((128 - bitLength(numerator) + bitLength(denominator)) / 2);
  const above = shift > 0 ? numerator << BigInt(2 * shift) : numerator;
  const below = shift < 0 ? denominator << BigInt(-2 * shift) : denominator;
  const root = integerRoot(above / below);
  return nearestDouble(root * root * below === above ? root : root | 1n, exponent - shift);
}

/** The largest integer whose square is at most `value`, by Newton's iteration from above. */
function integerRoot(value: bigint): bigint {
  let root = 1n << BigInt(Math.ceil(bitLength(value) / 2));
  for (;;) {
    const next = (root + value / root) >> 1n;
    if (next >= root) return root;
    root = next;
  }
}
