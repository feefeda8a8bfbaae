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
      // Both are of one kind, and there are as many targets as channels.
      everyNth(frames as Int16Array, start * width + (channels[k] ?? 0), width, targets[k] as Int16Array, at + start, at + end);
    }
  }
}

function everyNth(frames: Int16Array, from: number, width: number, target: Int16Array, start: number, end: number) {
  for (let to = start, source = from; to < end; to++, source += width) target[to] = frames[source] as number; // in bounds
}

export function toMicrovolts(raw: NumericArray, microvoltsPerUnit: number): Float32Array {
  const values = new Float32Array(raw.length);
  for (let frame = 0; frame < raw.length; frame++) values[frame] = Number(raw[frame]) * microvoltsPerUnit;
  return values;
}
