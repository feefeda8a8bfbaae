/** The first index whose time is not before `time`; times ascend. */
export function lowerBoundOf(times: BigInt64Array, time: bigint): number {
  let low = 0;
  for (let high = times.length; low < high; ) {
    const middle = (low + high) >> 1;
    // Between both, which are within.
    if ((times[middle] as bigint) < time) low = middle + 1;
    else high = middle;
  }
  return low;
}
