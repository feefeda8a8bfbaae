/** Of two instants the one that comes first. */
export const earlier = (a: bigint, b: bigint) => (a < b ? a : b);
/** Of two instants the one that comes last. */
export const later = (a: bigint, b: bigint) => (a > b ? a : b);
