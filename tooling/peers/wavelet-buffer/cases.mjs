import { maxDecompositionSteps } from "@sonde/wavelet-buffer";

/** Whole numbers from 0 to below `end`, the same in every run. */
function generator(seed) {
  let state = seed;
  return (end) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * end);
  };
}

const denoisers = [{ kind: "null" }, { kind: "threshold", a: 0.125, b: 0.25 }, { kind: "simple", level: 0.75 }];

/** 300 signals and images over wavelets, shapes, steps, denoisers and levels. */
export function ourCases() {
  const random = generator(20_230_404);
  return Array.from({ length: 300 }, (_, k) => {
    const moments = random(6);
    const waveletType = moments === 0 ? "NONE" : `DB${moments}`;
    const side = (most) => Math.max(2 * moments, 1) + random(most);
    const plane = k % 3 === 2;
    const signalShape = plane ? [side(60), side(50)] : [side(k % 10 === 0 ? 4000 : 400)];
    const decompositionSteps = random(maxDecompositionSteps({ signalShape, waveletType }) + 1);
    const signalNumber = plane ? 1 + random(4) : 1;
    const size = signalShape.reduce((product, one) => product * one, 1) * signalNumber;
    const scale = 10 ** (random(7) - 3);
    const samples = Float32Array.from({ length: size }, (_, n) => scale * (Math.sin(n / 11) + random(1000) / 500 - 1));
    const parameters = { signalShape, signalNumber, decompositionSteps, waveletType };
    return { parameters, denoiser: denoisers[random(3)], level: random(32), samples };
  });
}
