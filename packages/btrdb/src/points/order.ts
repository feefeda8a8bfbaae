/**
 * The first row whose time is before the one above it, `before` being above the first; -1 where there is none. Times are compared by
 * their halves, since a bigint for each of millions of rows would keep the garbage collector busy for longer than the reading takes.
 * Like Arrow's own buffers it relies on a little-endian machine.
 */
export function firstDescent(times: BigInt64Array, before: bigint | undefined): number {
  const [first] = times;
  if (first === undefined) return -1;
  if (before !== undefined && first < before) return 0;
  const halves = new Int32Array(times.buffer, times.byteOffset, 2 * times.length);
  // In bounds by the loop; the lower halves are unsigned.
  let low = (halves[0] as number) >>> 0;
  let high = halves[1] as number;
  for (let at = 2; at < halves.length; at += 2) {
    const nextLow = (halves[at] as number) >>> 0;
    const nextHigh = halves[at + 1] as number;
    if (nextHigh < high || (nextHigh === high && nextLow < low)) return at >> 1;
    low = nextLow;
    high = nextHigh;
  }
  return -1;
}
