import type { NumericArray } from "@sonde/hdf5";

/** One channel of frames that lie one after another. */
export function channelValues(frames: NumericArray, count: number, channel: number): NumericArray {
  const channels = frames.length / count;
  if (frames instanceof Int16Array) return everyNth(frames, new Int16Array(count), channels, channel);
  // A typed array's constructor makes one of its own kind.
  const values = new (frames.constructor as new (length: number) => Float64Array)(count);
  return everyNth(frames as Float64Array, values, channels, channel);
}

function everyNth<T extends Int16Array | Float64Array>(frames: T, values: T, channels: number, channel: number): T {
  for (let frame = 0, at = channel; frame < values.length; frame++, at += channels) values[frame] = frames[at] as number; // in bounds
  return values;
}

export function toMicrovolts(raw: NumericArray, microvoltsPerUnit: number): Float32Array {
  const values = new Float32Array(raw.length);
  for (let frame = 0; frame < raw.length; frame++) values[frame] = Number(raw[frame]) * microvoltsPerUnit;
  return values;
}
