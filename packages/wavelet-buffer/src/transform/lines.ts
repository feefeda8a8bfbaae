/**
 * The inner loops over a line. Filters of up to six taps and of up to ten each have one, filled up with zeros, whose taps and last samples
 * stay in variables: twice as fast as a loop over taps.
 *
 * @module
 */
import { type Filters, mostTaps } from "./filters.js";

/** Samples that a line must have beyond those it needs: the longest filter reads them, with a tap of 0. */
export const beyond = mostTaps;

/**
 * Twice as many samples from the low and the high half of a periodic line: the transpose of the analysis. `low` and `high` begin at
 * `lead = taps / 2 - 1` and repeat their last `lead` values before it.
 */
export function synthesise(low: Float64Array, high: Float64Array, half: number, filters: Filters, out: Float32Array, at: number): void {
  const lead = (filters.taps >> 1) - 1;
  if (lead < 3) synthesise3(low, high, half, lead, filters, out, at);
  else synthesise5(low, high, half, lead, filters, out, at);
}

/** The low and the high half of a line, which goes on after its `2 * half` samples with its first ones and `beyond` more. */
export function analyse(line: Float64Array, half: number, filters: Filters, low: Float32Array, high: Float32Array, at: number): void {
  if (filters.taps <= 6) analyse6(line, half, filters, low, high, at);
  else analyse10(line, half, filters, low, high, at);
}

// Elements within their arrays, which the type can't say, are 0 where they are missing: the first few of a short filter's window.

type Synthesis = (
  low: Float64Array,
  high: Float64Array,
  half: number,
  lead: number,
  filters: Filters,
  out: Float32Array,
  at: number,
) => void;

const synthesise3: Synthesis = (low, high, half, lead, filters, out, at) => {
  const [h0 = 0, h1 = 0, h2 = 0, h3 = 0, h4 = 0, h5 = 0] = filters.low;
  const [g0 = 0, g1 = 0, g2 = 0, g3 = 0, g4 = 0, g5 = 0] = filters.high;
  let [a0, a1] = [low[lead - 1] ?? 0, low[lead - 2] ?? 0];
  let [d0, d1] = [high[lead - 1] ?? 0, high[lead - 2] ?? 0];
  for (let m = 0; m < half; m++) {
    const a2 = a1;
    const d2 = d1;
    a1 = a0;
    d1 = d0;
    a0 = low[lead + m] as number;
    d0 = high[lead + m] as number;
    out[at + 2 * m] = h0 * a0 + g0 * d0 + h2 * a1 + g2 * d1 + h4 * a2 + g4 * d2;
    out[at + 2 * m + 1] = h1 * a0 + g1 * d0 + h3 * a1 + g3 * d1 + h5 * a2 + g5 * d2;
  }
};

const synthesise5: Synthesis = (low, high, half, lead, filters, out, at) => {
  const [h0 = 0, h1 = 0, h2 = 0, h3 = 0, h4 = 0, h5 = 0, h6 = 0, h7 = 0, h8 = 0, h9 = 0] = filters.low;
  const [g0 = 0, g1 = 0, g2 = 0, g3 = 0, g4 = 0, g5 = 0, g6 = 0, g7 = 0, g8 = 0, g9 = 0] = filters.high;
  let [a0, a1, a2, a3] = [low[lead - 1] ?? 0, low[lead - 2] ?? 0, low[lead - 3] ?? 0, low[lead - 4] ?? 0];
  let [d0, d1, d2, d3] = [high[lead - 1] ?? 0, high[lead - 2] ?? 0, high[lead - 3] ?? 0, high[lead - 4] ?? 0];
  for (let m = 0; m < half; m++) {
    const a4 = a3;
    const d4 = d3;
    a3 = a2;
    d3 = d2;
    a2 = a1;
    d2 = d1;
    a1 = a0;
    d1 = d0;
    a0 = low[lead + m] as number;
    d0 = high[lead + m] as number;
    out[at + 2 * m] = h0 * a0 + g0 * d0 + h2 * a1 + g2 * d1 + h4 * a2 + g4 * d2 + h6 * a3 + g6 * d3 + h8 * a4 + g8 * d4;
    out[at + 2 * m + 1] = h1 * a0 + g1 * d0 + h3 * a1 + g3 * d1 + h5 * a2 + g5 * d2 + h7 * a3 + g7 * d3 + h9 * a4 + g9 * d4;
  }
};

type Analysis = (line: Float64Array, half: number, filters: Filters, low: Float32Array, high: Float32Array, at: number) => void;

const analyse6: Analysis = (line, half, filters, low, high, at) => {
  const [h0 = 0, h1 = 0, h2 = 0, h3 = 0, h4 = 0, h5 = 0] = filters.low;
  const [g0 = 0, g1 = 0, g2 = 0, g3 = 0, g4 = 0, g5 = 0] = filters.high;
  let [x2 = 0, x3 = 0, x4 = 0, x5 = 0] = line;
  for (let m = 0; m < half; m++) {
    const x0 = x2;
    const x1 = x3;
    x2 = x4;
    x3 = x5;
    x4 = line[2 * m + 4] as number;
    x5 = line[2 * m + 5] as number;
    low[at + m] = h0 * x0 + h1 * x1 + h2 * x2 + h3 * x3 + h4 * x4 + h5 * x5;
    high[at + m] = g0 * x0 + g1 * x1 + g2 * x2 + g3 * x3 + g4 * x4 + g5 * x5;
  }
};

const analyse10: Analysis = (line, half, filters, low, high, at) => {
  const [h0 = 0, h1 = 0, h2 = 0, h3 = 0, h4 = 0, h5 = 0, h6 = 0, h7 = 0, h8 = 0, h9 = 0] = filters.low;
  const [g0 = 0, g1 = 0, g2 = 0, g3 = 0, g4 = 0, g5 = 0, g6 = 0, g7 = 0, g8 = 0, g9 = 0] = filters.high;
  let [x2 = 0, x3 = 0, x4 = 0, x5 = 0, x6 = 0, x7 = 0, x8 = 0, x9 = 0] = line;
  for (let m = 0; m < half; m++) {
    const x0 = x2;
    const x1 = x3;
    x2 = x4;
    x3 = x5;
    x4 = x6;
    x5 = x7;
    x6 = x8;
    x7 = x9;
    x8 = line[2 * m + 8] as number;
    x9 = line[2 * m + 9] as number;
    low[at + m] = h0 * x0 + h1 * x1 + h2 * x2 + h3 * x3 + h4 * x4 + h5 * x5 + h6 * x6 + h7 * x7 + h8 * x8 + h9 * x9;
    high[at + m] = g0 * x0 + g1 * x1 + g2 * x2 + g3 * x3 + g4 * x4 + g5 * x5 + g6 * x6 + g7 * x7 + g8 * x8 + g9 * x9;
  }
};
