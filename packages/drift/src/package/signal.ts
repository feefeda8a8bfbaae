import { type Clock, type Nanos, sondeError, ticksToTimes } from "@sonde/core";
import type { WaveletBuffer } from "@sonde/wavelet-buffer";
import type { TimeSeriesMeta } from "./meta.js";

export type SignalOptions = {
  /** One value for 2^scale samples, amplitudes kept; what there is at most where it is more. Default 0. */
  readonly scale?: number | undefined;
  /** Whether the last sample lies one step before the end ("half-open", the default) or on it. */
  readonly sampleTiming?: SampleTiming | undefined;
};
export type SampleTiming = "half-open" | "inclusive";

/** Samples of one package. Value k lies at `start + floor(k * 2^scale * (stop - start) / size)`, exactly. */
export interface PackageSignal {
  readonly start: Nanos;
  /** After the last sample. */
  readonly stop: Nanos;
  /** Samples at scale 0. */
  readonly size: number;
  readonly scale: number;
  readonly values: Float32Array;
  /** Made at each call. */
  times(): BigInt64Array;
}

export function signalOf(
  meta: TimeSeriesMeta,
  buffers: readonly WaveletBuffer[],
  { name, time, sourceTime }: { readonly name: string; readonly time: Nanos; readonly sourceTime?: Nanos | undefined },
  { scale = 0, sampleTiming = "half-open" }: SignalOptions,
): PackageSignal {
  const start = meta.start ?? sourceTime ?? time;
  const { stop } = meta;
  if (stop === undefined || stop < start) {
    const said = stop === undefined ? "does not say when its samples end" : "ends before it begins";
    throw sondeError("format", `package ${name} ${said}: take its values by buffer.compose()`, { key: name });
  }
  for (const { parameters } of buffers) {
    if (parameters.signalShape.length !== 1) {
      throw sondeError("format", `package ${name} says that it is a time series, and holds an image`, { key: name });
    }
  }
  const size = buffers.reduce((sum, { parameters }) => sum + parameters.signalShape[0], 0);
  if (meta.size !== 0 && meta.size !== size) {
    throw sondeError("format", `package ${name} promises ${meta.size} samples, and holds ${size}`, { key: name });
  }
  const pieces = buffers.map((buffer) => buffer.compose({ scale, signal: 0 }));
  const used = pieces.reduce((least, piece) => Math.min(least, piece.scale), Math.max(0, scale));
  // Buffers of different depth in one package: the least that all have.
  const equal = pieces.every((piece) => piece.scale === used)
    ? pieces
    : buffers.map((buffer) => buffer.compose({ scale: used, signal: 0 }));
  const [first] = equal;
  if (stop === start && size > 1) {
    throw sondeError("format", `package ${name} holds ${size} samples of one instant: take its values by buffer.compose()`, { key: name });
  }
  const values = equal.length === 1 && first !== undefined ? first.data : joined(equal.map(({ data }) => data));
  const ticks = BigInt(Math.max(1, sampleTiming === "inclusive" ? size - 1 : size));
  // A clock must run; of one sample it is asked for its origin only.
  const clock: Clock = { origin: start, ticks, per: stop === start ? 1n : stop - start };
  return { start, stop, size, scale: used, values, times: () => timesOf(clock, values.length, 2 ** used) };
}

function timesOf(clock: Clock, length: number, step: number): BigInt64Array {
  const ticks = new BigInt64Array(length);
  for (let k = 0; k < length; k++) ticks[k] = BigInt(k * step);
  return ticksToTimes(clock, ticks);
}

function joined(pieces: readonly Float32Array[]): Float32Array {
  const whole = new Float32Array(pieces.reduce((sum, { length }) => sum + length, 0));
  let offset = 0;
  for (const piece of pieces) {
    whole.set(piece, offset);
    offset += piece.length;
  }
  return whole;
}
