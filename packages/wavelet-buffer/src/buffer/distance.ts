import { refused } from "../errors.js";
import type { WaveletBuffer } from "./wavelet-buffer.js";

/**
 * How far two buffers of the same parameters are apart: the sum of squared differences of their coefficients, for each sample. Decodes both.
 * Throws `options` where their parameters differ.
 *
 * @example
 * ```ts
 * import { decode, distance } from "@sonde/wavelet-buffer";
 * const change = distance(decode(before), decode(after));
 * ```
 */
export function distance(first: WaveletBuffer, second: WaveletBuffer): number {
  const { signalShape, signalNumber } = first.parameters;
  if (JSON.stringify(parametersOf(first)) !== JSON.stringify(parametersOf(second))) {
    throw refused("second", `is ${String(second)}, the first ${String(first)}: only buffers of the same parameters can be compared`);
  }
  let sum = 0;
  for (const [k, bands] of first.subbands.entries()) {
    for (const [j, { data }] of bands.entries()) {
      const other = second.subbands[k]?.[j]?.data;
      // Of the same size, unless one of the buffers is empty.
      for (let n = 0; n < data.length; n++) sum += ((data[n] as number) - (other?.[n] ?? 0)) ** 2;
    }
  }
  return sum / signalShape.reduce<number>((product, side) => product * side, signalNumber);
}

const parametersOf = ({ parameters: { signalShape, signalNumber, decompositionSteps, waveletType } }: WaveletBuffer) => [
  signalShape,
  signalNumber,
  decompositionSteps,
  waveletType,
];
