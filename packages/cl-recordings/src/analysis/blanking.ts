import type { Span } from "@sonde/core";
import { spanFrames } from "./bins.js";

/** Frames that are left out around stimulations, whose artefacts look like spikes on every channel. */
export interface Blanking {
  /** Ticks in any order; by default the events themselves. */
  readonly around?: BigInt64Array | undefined;
  /** Nothing by default. */
  readonly before?: Span | undefined;
  /** Exclusive. */
  readonly after: Span;
}

/** Half-open stretches of frames, ascending and apart from one another. */
export interface Stretches {
  readonly starts: Float64Array;
  readonly ends: Float64Array;
  /** Frames of all stretches before each. */
  readonly before: Float64Array;
}

/** The stretches around `ticks`, joined where they touch; frames count from `origin`, spans are rounded up to whole frames. */
export function blankedStretches(ticks: BigInt64Array, blanking: Blanking, origin: bigint, framesPerSecond: number): Stretches {
  const before = spanFrames(blanking.before ?? 0n, framesPerSecond, "up");
  const after = spanFrames(blanking.after, framesPerSecond, "up");
  const centres = Float64Array.from(ticks, (tick) => Number(tick - origin)).sort();
  const starts: number[] = [];
  const ends: number[] = [];
  for (const centre of before + after === 0 ? [] : centres) {
    const last = ends.length - 1;
    if (last >= 0 && centre - before <= (ends[last] as number)) {
      ends[last] = centre + after; // in bounds: last is the last
    } else {
      starts.push(centre - before);
      ends.push(centre + after);
    }
  }
  const sums = new Float64Array(starts.length);
  for (let at = 1; at < sums.length; at++) sums[at] = (sums[at - 1] as number) + (ends[at - 1] as number) - (starts[at - 1] as number); // in bounds
  return { starts: Float64Array.from(starts), ends: Float64Array.from(ends), before: sums };
}

/** How many frames before `frame` lie in a stretch. */
export function framesBlankedBefore(stretches: Stretches, frame: number): number {
  const at = lowerBound(stretches.starts, frame) - 1;
  if (at < 0) return 0;
  // In bounds: the last stretch that starts before the frame.
  return (stretches.before[at] as number) + Math.min(frame, stretches.ends[at] as number) - (stretches.starts[at] as number);
}

/** Whether a frame lies in a stretch. */
export function isBlanked(stretches: Stretches, frame: number): boolean {
  const at = lowerBound(stretches.starts, frame + 1) - 1;
  return at >= 0 && frame < (stretches.ends[at] as number); // in bounds
}

/** The first index whose value is at or above `wanted`; `values` never descend. */
export function lowerBound(values: Float64Array, wanted: number): number {
  let low = 0;
  let high = values.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((values[middle] as number) < wanted)
      low = middle + 1; // in bounds
    else high = middle;
  }
  return low;
}
