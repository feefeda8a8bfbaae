import { readFileSync } from "node:fs";
import { decode, decompose, encode } from "@sonde/wavelet-buffer";

const times = 20;
let read;

/** The file is read once: it is the work on bytes that is compared. */
function fileOf(path) {
  if (read === undefined) {
    const bytes = new Uint8Array(readFileSync(path));
    const length = new DataView(bytes.buffer).getUint32(0, true);
    read = { blob: bytes.slice(4, 4 + length), samples: new Float32Array(bytes.slice(4 + length).buffer) };
  }
  return read;
}

function compose(path, scale) {
  const { blob } = fileOf(path);
  let total = 0;
  for (let k = 0; k < times; k++) total += decode(blob).compose({ scale }).data.length;
  return total;
}

export const whole = (path) => compose(path, 0);
export const eighth = (path) => compose(path, 3);
export const coarse = (path) => compose(path, Math.min(7, decode(fileOf(path).blob).parameters.decompositionSteps));

export function write(path) {
  const { blob, samples } = fileOf(path);
  const { parameters } = decode(blob);
  let total = 0;
  // Coefficients at the threshold may fall to either side of it, so the bytes agree but for a few: the samples are counted.
  for (let k = 0; k < times; k++) {
    const written = encode(decompose(samples, { ...parameters, denoiser: { kind: "threshold", a: 0, b: 0.1 } }), { level: 16 });
    total += Math.round(written.length / blob.length) * samples.length;
  }
  return total;
}
