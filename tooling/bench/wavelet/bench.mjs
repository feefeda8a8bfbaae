const line = {
  folder: "wavelet",
  load: () => import("./ours.mjs"),
  peer: "wavelet-buffer",
  sizes: [3_000, 12_000, 48_000],
  unit: "samples",
};
const data =
  "vibration with noise, DB5, 10 steps (fewer where it is short), a threshold that leaves a tenth, level 16, version 3; twenty times";

export const waveletWhole = {
  ...line,
  name: "wavelet-compose-0",
  job: "whole",
  bar: 1,
  notes: `parses a buffer and composes every sample: \`decode(bytes).compose()\` beside \`WaveletBuffer.parse(blob).compose(0)\` of the C++ library's Python package. ${data}.`,
};
export const waveletEighth = {
  ...line,
  name: "wavelet-compose-3",
  job: "eighth",
  bar: 0.5,
  notes: `parses a buffer and composes an eighth of the samples, scale 3. ${data}.`,
};
export const waveletCoarse = {
  ...line,
  name: "wavelet-compose-7",
  job: "coarse",
  bar: 0.5,
  notes: `parses a buffer and composes one sample for 128, scale 7. ${data}.`,
};
export const waveletEncode = {
  ...line,
  name: "wavelet-encode",
  job: "write",
  bar: 1.5,
  notes: `decomposes samples and writes them: \`encode(decompose(…), { level: 16 })\` beside \`decompose\` and \`serialize(16)\`. ${data}.`,
};
