const image = {
  folder: "wavelet-image",
  load: () => import("./ours.mjs"),
  peer: "wavelet-buffer",
  sizes: [240, 960, 1920],
  unit: "pixels across",
};
const data = "Out of memory: three channels of 16 to 9, DB3, 5 steps (fewer where it is small), a threshold, level 16, version 3";

export const waveletImage = {
  ...image,
  name: "wavelet-image-0",
  job: "whole",
  bar: 1,
  notes: `parses an image and composes every pixel: \`decode(bytes).compose()\` beside the C++ library's Python package. ${data}.`,
};
export const waveletThumbnail = {
  ...image,
  name: "wavelet-image-3",
  job: "eighth",
  bar: 0.5,
  notes: `parses an image and composes it at an eighth of its sides, scale 3. ${data}.`,
};
export const waveletImageEncode = {
  ...image,
  name: "wavelet-image-encode",
  job: "write",
  bar: 1.5,
  notes: `decomposes an image and writes it at level 16. ${data}.`,
};
