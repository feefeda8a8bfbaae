import type { WaveletParameters } from "./parameters.js";
import type { Band } from "./subband.js";

/** One side of a signal: it is padded, half on either end, so that every step halves it exactly. */
export interface Side {
  readonly length: number;
  readonly padded: number;
  /** Samples that the padding puts before the first. */
  readonly before: number;
}

export interface SubbandShape {
  readonly band: Band;
  readonly step: number;
  readonly rows: number;
  readonly columns: number;
}

/** Rows and columns; the column of a line is neither padded nor halved. */
export function sidesOf({ signalShape, decompositionSteps }: WaveletParameters): { readonly rows: Side; readonly columns: Side } {
  const [first, second] = signalShape;
  const side = (length: number): Side => {
    const unit = 2 ** decompositionSteps;
    const padded = unit * Math.ceil(length / unit);
    return { length, padded, before: Math.floor((padded - length) / 2) };
  };
  return second === undefined
    ? { rows: side(first), columns: { length: 1, padded: 1, before: 0 } }
    : { rows: side(second), columns: side(first) };
}

/** The subbands of one signal, in the order in which they are stored. */
export function subbandShapes(parameters: WaveletParameters): readonly SubbandShape[] {
  const { rows, columns } = sidesOf(parameters);
  const flat = parameters.signalShape.length === 1;
  const details: readonly Band[] = flat ? ["detail"] : ["LH", "HL", "HH"];
  const shapes: SubbandShape[] = [];
  const { decompositionSteps } = parameters;
  for (let step = 0; step < decompositionSteps; step++) {
    for (const band of details) shapes.push({ band, step, ...halved(step + 1) });
  }
  shapes.push({ band: "approximation", step: Math.max(decompositionSteps - 1, 0), ...halved(decompositionSteps) });
  return shapes;

  function halved(times: number) {
    return { rows: rows.padded / 2 ** times, columns: flat ? 1 : columns.padded / 2 ** times };
  }
}

/** What one side of a composition at a scale keeps of the synthesised one. */
export function cropOf(side: Side, scale: number): { readonly length: number; readonly offset: number; readonly origin: number } {
  const unit = 2 ** scale;
  const length = Math.floor(side.length / unit);
  const offset = Math.floor((side.padded / unit - length) / 2);
  return { length, offset, origin: offset * unit - side.before };
}
