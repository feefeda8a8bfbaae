import { refused } from "../errors.js";
import { analyseImage, analyseLine } from "../transform/analysis.js";
import { filtersOf } from "../transform/filters.js";
import { checkDenoiser, type Denoiser, denoise } from "./denoiser.js";
import { type Side, sidesOf, subbandShapes } from "./geometry.js";
import { checkParameters, type WaveletParameters } from "./parameters.js";
import type { Subband } from "./subband.js";
import { SubbandBuffer } from "./subband-buffer.js";
import type { WaveletBuffer } from "./wavelet-buffer.js";

export interface DecomposeOptions extends WaveletParameters {
  /** Nothing is left out by default. */
  readonly denoiser?: Denoiser;
}

/**
 * Signals as subbands: `[length]` values of a line, `[signals, height, width]` of images. Values are rounded to floats.
 * Throws `options` where the parameters can't be, or where there are more or fewer values than they say.
 *
 * @example
 * ```ts
 * const buffer = decompose(samples, { signalShape: [samples.length], signalNumber: 1, decompositionSteps: 5, waveletType: "DB3" });
 * ```
 */
export function decompose(data: ArrayLike<number>, { denoiser = { kind: "null" }, ...parameters }: DecomposeOptions): WaveletBuffer {
  checkParameters(parameters);
  checkDenoiser(denoiser);
  const each = parameters.signalShape.reduce<number>((product, side) => product * side, 1);
  if (data.length !== each * parameters.signalNumber) {
    throw refused(
      "data",
      `holds ${data.length} values, ${parameters.signalNumber} signals of ${parameters.signalShape.join(" by ")} are due`,
    );
  }
  const values = data instanceof Float32Array ? data : Float32Array.from(data);
  const subbands = Array.from({ length: parameters.signalNumber }, (_, signal) =>
    decomposeSignal(values.subarray(signal * each, (signal + 1) * each), parameters, denoiser),
  );
  return new SubbandBuffer(parameters, subbands);
}

/**
 * A buffer of coefficients that were computed elsewhere: for each signal its subbands, in the order of `WaveletBuffer.subbands`.
 * Throws `options` where their sizes are not those that the parameters ask for.
 */
export function fromSubbands(parameters: WaveletParameters, coefficients: readonly (readonly Float32Array[])[]): WaveletBuffer {
  checkParameters(parameters);
  if (coefficients.length !== parameters.signalNumber) {
    throw refused("coefficients", `are of ${coefficients.length} signals, ${parameters.signalNumber} are due`);
  }
  return new SubbandBuffer(
    parameters,
    coefficients.map((bands) => named(parameters, bands)),
  );
}

function named(parameters: WaveletParameters, bands: readonly Float32Array[]): readonly Subband[] {
  const shapes = subbandShapes(parameters);
  if (bands.length !== shapes.length) throw refused("coefficients", `have ${bands.length} subbands in a signal, ${shapes.length} are due`);
  return shapes.map((shape, k) => {
    const data = bands[k];
    if (data?.length !== shape.rows * shape.columns) {
      throw refused("coefficients", `have ${data?.length} values in subband ${k}, ${shape.rows * shape.columns} are due`);
    }
    return { ...shape, data };
  });
}

function decomposeSignal(signal: Float32Array, parameters: WaveletParameters, denoiser: Denoiser): readonly Subband[] {
  const sides = sidesOf(parameters);
  let rows = sides.rows.padded;
  let columns = sides.columns.padded;
  let data = padded(signal, sides.rows, sides.columns);
  const bands: Float32Array[] = [];
  const { waveletType, decompositionSteps } = parameters;
  if (waveletType !== "NONE") {
    const filters = filtersOf(waveletType);
    for (let step = 0; step < decompositionSteps; step++) {
      if (parameters.signalShape.length === 1) {
        const { low, high } = analyseLine(data, filters);
        data = low;
        bands.push(high);
        denoise(high, step, denoiser);
      } else {
        const { low, lh, hl, hh } = analyseImage(data, rows, columns, filters);
        data = low;
        rows /= 2;
        columns /= 2;
        bands.push(lh, hl, hh);
        for (const details of [lh, hl, hh]) denoise(details, step, denoiser);
      }
    }
  }
  bands.push(data);
  return named(parameters, bands);
}

/** With the values at the edges repeated. A copy: it becomes a subband where there are no steps. */
function padded(signal: Float32Array, rows: Side, columns: Side): Float32Array {
  const out = new Float32Array(rows.padded * columns.padded);
  if (columns.length === 1 && columns.padded === 1) return pad(out, 0, signal, rows);
  for (let row = 0; row < rows.padded; row++) {
    const from = Math.min(Math.max(row - rows.before, 0), rows.length - 1) * columns.length;
    pad(out, row * columns.padded, signal.subarray(from, from + columns.length), columns);
  }
  return out;
}

function pad(out: Float32Array, at: number, line: Float32Array, { length, padded, before }: Side): Float32Array {
  out.set(line, at + before);
  // A side has at least one value; the type can't say so.
  out.fill(line[0] as number, at, at + before);
  out.fill(line[length - 1] as number, at + before + length, at + padded);
  return out;
}
