import type { WaveletParameters } from "./parameters.js";
import type { Subband } from "./subband.js";

export interface ComposeOptions {
  /** Halves every side that many times; 0, the default, is the full size. More than the steps there are counts as all of them. */
  readonly scale?: number;
  /** This signal alone, one channel of an image: the shape is then `[height, width]`. */
  readonly signal?: number;
}

/** Signals put together again. */
export interface Composition {
  /** `[length]`, `[signals, height, width]`, or `[height, width]` of one signal; `[signals, length]` where more lines than the first were filled. */
  readonly shape: readonly number[];
  readonly data: Float32Array;
  /** The scale that was used: one value stands for 2^scale samples along each side. */
  readonly scale: number;
  /** Where the first value lies in the signal, in samples: `[along]`, or `[down, across]`; below 0 in the padding. */
  readonly origin: readonly number[];
}

/** Signals as wavelet subbands, which are decoded when they are needed. */
export interface WaveletBuffer {
  readonly parameters: WaveletParameters;
  /** Of the binary format; absent where the buffer was made here. */
  readonly version?: 2 | 3;
  /** How values were compressed: 0 not at all, 1 without loss, above that `level - 1` bits fewer each. Absent as `version`. */
  readonly level?: number;
  /** Nothing was ever decomposed into it: its subbands have no values. */
  readonly empty: boolean;
  /** For each signal, from the finest details to the approximation; three details a step in two dimensions: LH, HL, HH. */
  readonly subbands: readonly (readonly Subband[])[];
  /**
   * The signal, or each channel of an image, at a scale. Subbands that the scale does not need are not decoded.
   * Throws `format` where bytes of a subband are damaged.
   */
  compose(options?: ComposeOptions): Composition;
  /** For each signal the sum of squares of each subband. */
  energyDistribution(): readonly Float32Array[];
  /** The least and the greatest value that subband `index` of a signal can have where the signal is within 0 and 1. */
  valueRange(index: number): readonly [number, number];
  /** A line for each subband: size, values that are not 0, bytes. */
  summary(): string;
  /** In one line, as the reference prints it. */
  toString(): string;
}
