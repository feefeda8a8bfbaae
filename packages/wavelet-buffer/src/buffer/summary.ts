import type { Subband } from "./subband.js";
import type { WaveletBuffer } from "./wavelet-buffer.js";

/** As the reference's Python package prints a buffer. */
export function lineOf({ parameters }: WaveletBuffer): string {
  const { signalNumber, signalShape, decompositionSteps, waveletType } = parameters;
  const fields = [
    `signal_number=${signalNumber}`,
    `signal_shape=(${signalShape.join("x")})`,
    `decomposition_steps=${decompositionSteps}`,
    `wavelet_type=WaveletType.${waveletType}`,
  ];
  return `WaveletBuffer<${fields.join(", ")}>`;
}

/** That line, the version and the bytes, and a line for each subband; nothing is decoded for it. */
export function summaryOf(buffer: WaveletBuffer): string {
  const lines = [lineOf(buffer)];
  const { version, level, subbands } = buffer;
  const stored = subbands.flat().reduce((sum, { bytes = 0 }) => sum + bytes, 0);
  const whole = subbands.flat().reduce((sum, { rows, columns }) => sum + 4 * rows * columns, 0);
  if (version !== undefined) {
    const kind = level === 0 ? "not compressed" : level === 1 ? "compressed without loss" : `compressed at level ${level}`;
    lines.push(`version ${version}, ${kind}: ${stored} bytes of subbands for ${whole} bytes of coefficients`);
  }
  if (buffer.empty) lines.push("nothing was decomposed into it");
  else for (const [signal, bands] of subbands.entries()) lines.push(...rowsOf(bands, subbands.length > 1 ? `signal ${signal}, ` : ""));
  return lines.join("\n");
}

function rowsOf(bands: readonly Subband[], prefix: string): readonly string[] {
  return bands.map(({ band, step, rows, columns, nonzero, bytes }) => {
    const name = band === "approximation" ? band : `step ${step} ${band}`;
    const size = columns === 1 ? `${rows}` : `${rows} x ${columns}`;
    const kept = nonzero === undefined ? "" : `, ${nonzero} not 0`;
    return `  ${prefix}${name}: ${size} values${kept}${bytes === undefined ? "" : `, ${bytes} bytes`}`;
  });
}
