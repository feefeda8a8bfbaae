/** Where the low half of a 64-bit word lies in a view of 32-bit words: 0 on little-endian machines. */
export const lowWord: 0 | 1 = new Uint8Array(Uint32Array.of(1).buffer)[0] === 1 ? 0 : 1;

/** The halves of 64-bit integers as views: of row k at `2 * k + lowWord` in `low` and `2 * k + 1 - lowWord` in `high`. Nothing is copied. */
export function wordsOf(values: BigInt64Array | BigUint64Array): { readonly low: Uint32Array; readonly high: Int32Array | Uint32Array } {
  const { buffer, byteOffset, length } = values;
  const low = new Uint32Array(buffer, byteOffset, 2 * length);
  return { low, high: values instanceof BigInt64Array ? new Int32Array(buffer, byteOffset, 2 * length) : low };
}

/**
 * Nanoseconds since `origin`, as numbers to plot and search by: exact up to 2^53 ns (104 days) from it, else rounded once.
 * Reads 32-bit words, about 50 times faster than subtracting bigints.
 *
 * @example
 * ```ts
 * nanosOffsets(BigInt64Array.of(1500000000000000001n), 1500000000000000000n); // Float64Array [1]
 * ```
 */
export function nanosOffsets(times: BigInt64Array, origin: bigint): Float64Array<ArrayBuffer> {
  const { low, high } = wordsOf(times);
  // The origin is cut the same way, so that both differences are small integers before they meet.
  const originLow = Number(BigInt.asUintN(32, origin));
  const originHigh = Number(origin >> 32n);
  const offsets = new Float64Array(times.length);
  for (let row = 0, word = 0; row < offsets.length; row++, word += 2) {
    // In bounds: two words a row.
    offsets[row] = ((high[word + 1 - lowWord] as number) - originHigh) * 4_294_967_296 + ((low[word + lowWord] as number) - originLow);
  }
  return offsets;
}
