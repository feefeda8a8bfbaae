/** Seconds of a year that 64-bit nanoseconds hold: 1677-09-21 to 2262-04-11. */
const leastSeconds = -9_223_372_036;
const mostSeconds = 9_223_372_036;

/**
 * Seconds since the epoch, as doubles, to nanoseconds: the whole seconds exactly, the rest rounded to the nearest nanosecond. A double of this
 * century resolves 2.4e-7 s. `valid` is called for each row that has no such time: null, not a number, or beyond 64 bits; its result is 0.
 */
export function nanosOfSeconds(seconds: Float64Array, invalid: (row: number) => void): BigInt64Array {
  const nanos = new BigInt64Array(seconds.length);
  const words = new Uint32Array(nanos.buffer);
  for (let row = 0; row < seconds.length; row++) {
    // In bounds by the loop.
    const value = seconds[row] as number;
    if (!(value > leastSeconds && value < mostSeconds)) {
      invalid(row);
      continue;
    }
    const whole = Math.floor(value);
    const rest = Math.round((value - whole) * 1e9);
    if (whole < 0 || !littleEndian) {
      nanos[row] = BigInt(whole) * 1_000_000_000n + BigInt(rest);
      continue;
    }
    // whole * 1e9 + rest in two words of 32 bits: every step stays below 2^53, which a bigint a row would cost ten times.
    const upper = Math.floor(whole / 65_536) * 1e9;
    const lower = (whole % 65_536) * 1e9 + rest;
    const low = (upper % 65_536) * 65_536 + (lower % 4_294_967_296);
    words[2 * row] = low;
    words[2 * row + 1] = Math.floor(upper / 65_536) + Math.floor(lower / 4_294_967_296) + (low >= 4_294_967_296 ? 1 : 0);
  }
  return nanos;
}

const littleEndian = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;

/** Seconds as a double to nanoseconds, as {@link nanosOfSeconds} does; undefined for what is no time. */
export function secondsToNanos(seconds: number): bigint | undefined {
  let valid = true;
  const [nanos] = nanosOfSeconds(Float64Array.of(seconds), () => {
    valid = false;
  });
  return valid ? nanos : undefined;
}
