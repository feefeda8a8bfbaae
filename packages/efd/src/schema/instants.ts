/** The earlier of two instants. */
export function earlier(a: bigint, b: bigint): bigint {
  if (a < b) return a;
  return b;
}

/** The later of two instants. */
export function later(a: bigint, b: bigint): bigint {
  if (a > b) return a;
  return b;
}
