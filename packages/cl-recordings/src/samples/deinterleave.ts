import type { NumericArray } from "@sonde/hdf5";

/** Frames that are taken apart together: they stay in the processor's nearest cache while each channel walks through them. */
const tileFrames = 128;

/**
 * Of frames of `width` values that lie one after another, value `channels[k]` of each goes to `targets[k]`, the first one's to place `at`.
 * Targets are arrays of the frames' own kind.
 */
export function deinterleave(
  frames: NumericArray,
  width: number,
  channels: readonly number[],
  targets: readonly NumericArray[],
  at: number,
): void {
  const count = frames.length / width;
  for (let start = 0; start < count; start += tileFrames) {
    const end = Math.min(count, start + tileFrames);
    for (let k = 0; k < channels.length; k++) {
      const target = targets[k];
      const channel = channels[k];
      if (target === undefined || channel === undefined) continue;
      const from = start * width + channel;
      if (frames instanceof Int16Array && target instanceof Int16Array) everyNth(frames, from, width, target, at + start, at + end);
      else everyNth(frames as Float64Array, from, width, target as Float64Array, at + start, at + end); // both of one kind
    }
  }
}

function everyNth<T extends Int16Array | Float64Array>(frames: T, from: number, width: number, target: T, start: number, end: number) {
  for (let to = start, source = from; to < end; to++, source += width) target[to] = frames[source] as number; // in bounds
}

export function toMicrovolts(raw: NumericArray, microvoltsPerUnit: number): Float32Array {
  const values = new Float32Array(raw.length);
  for (let frame = 0; frame < raw.length; frame++) values[frame] = Number(raw[frame]) * microvoltsPerUnit;
  return values;
}
