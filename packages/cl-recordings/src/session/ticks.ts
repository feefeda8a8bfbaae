import { type Nanos, nowNanos, type Span, toSpan } from "@sonde/core";

/** Ticks of the wall clock since now, which never go back. */
export function wallClock(framesPerSecond: number): () => bigint {
  const began = nowNanos();
  return () => ((nowNanos() - began) * BigInt(framesPerSecond)) / 1_000_000_000n;
}

/** Whole ticks within a span. */
export function spanToTicks(span: Span, framesPerSecond: number): bigint {
  return (toSpan(span) * BigInt(framesPerSecond)) / 1_000_000_000n;
}

export function ticksToSpan(ticks: bigint, framesPerSecond: number): Nanos {
  return (ticks * 1_000_000_000n) / BigInt(framesPerSecond);
}

/** The first row at or after `tick` in ticks that never descend. */
export function lowerBound(ticks: BigInt64Array, tick: bigint): number {
  let [low, high] = [0, ticks.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((ticks[middle] ?? tick) < tick) low = middle + 1;
    else high = middle;
  }
  return low;
}
