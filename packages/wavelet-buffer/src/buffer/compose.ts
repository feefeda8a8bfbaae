import { filtersOf } from "../transform/filters.js";
import { synthesiseImage, synthesiseLine } from "../transform/synthesis.js";
import { cropOf, sidesOf } from "./geometry.js";
import type { WaveletParameters } from "./parameters.js";
import type { Subband } from "./subband.js";

/** One signal at a scale of at most its steps, into `out` from `at`; decodes no subband of a finer step. */
export function composeSignal(
  subbands: readonly Subband[],
  parameters: WaveletParameters,
  scale: number,
  out: Float32Array,
  at: number,
): void {
  const flat = parameters.signalShape.length === 1;
  const approximation = subbands[subbands.length - 1];
  if (approximation === undefined) return;
  let { data, rows, columns }: { data: Float32Array; rows: number; columns: number } = approximation;
  const { waveletType } = parameters;
  if (waveletType !== "NONE") {
    const filters = filtersOf(waveletType);
    for (let step = parameters.decompositionSteps - 1; step >= scale; step--) {
      const [first, second, third] = subbands.slice(flat ? step : 3 * step);
      if (first === undefined) return;
      if (flat) data = synthesiseLine(data, first.data, filters);
      else if (second !== undefined && third !== undefined) {
        data = synthesiseImage({ low: data, lh: first.data, hl: second.data, hh: third.data }, rows, columns, filters);
        columns *= 2;
      }
      rows *= 2;
    }
  }
  const sides = sidesOf(parameters);
  const [down, across] = [cropOf(sides.rows, scale), flat ? { offset: 0, length: 1 } : cropOf(sides.columns, scale)];
  if (flat && scale === 0) {
    out.set(data.subarray(down.offset, down.offset + down.length), at);
    return;
  }
  const gain = scale === 0 ? 1 : flat ? Math.fround(Math.SQRT2 ** scale) : 2 ** scale;
  for (let row = 0; row < down.length; row++) {
    const from = (row + down.offset) * columns + across.offset;
    const to = at + row * across.length;
    if (gain === 1) out.set(data.subarray(from, from + across.length), to);
    else for (let c = 0; c < across.length; c++) out[to + c] = (data[from + c] as number) / gain;
  }
}
