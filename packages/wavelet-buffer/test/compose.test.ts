import { expect, it } from "vitest";
import {
  decode,
  decompose,
  distance,
  encode,
  fromSubbands,
  maxDecompositionSteps,
  type WaveletBuffer,
  type WaveletParameters,
} from "../src/index.js";
import { bufferOf, deviation, signal, thrown } from "./helpers.js";

const line: WaveletParameters = { signalShape: [48_199], signalNumber: 1, decompositionSteps: 9, waveletType: "DB5" };
const image: WaveletParameters = { signalShape: [96, 60], signalNumber: 3, decompositionSteps: 3, waveletType: "DB2" };

it("halves every side for each scale, and no further than there are steps", () => {
  const buffer = bufferOf(line);
  expect(buffer.compose({ scale: 7 }).shape).toEqual([376]);
  expect(buffer.compose({ scale: 20 })).toMatchObject({ shape: [94], scale: 9 });
  const pictures = bufferOf(image);
  expect(pictures.compose({ scale: 1 }).shape).toEqual([3, 30, 48]);
  expect(pictures.compose({ scale: 2, signal: 1 }).shape).toEqual([15, 24]);
  const whole = pictures.compose({ scale: 2 }).data;
  expect([...pictures.compose({ scale: 2, signal: 1 }).data]).toEqual([...whole.subarray(15 * 24, 2 * 15 * 24)]);
});

it("says where the first value of a coarse view lies", () => {
  // 10 samples become 16 with 3 before the first; of 8 values the first 5 after one are kept.
  const short = bufferOf({ signalShape: [10], signalNumber: 1, decompositionSteps: 3, waveletType: "DB1" });
  expect(short.compose({ scale: 1 }).origin).toEqual([-1]);
  expect(short.compose().origin).toEqual([0]);
  expect(bufferOf({ ...image, signalShape: [97, 59] }).compose({ scale: 1 }).origin).toEqual([0, 1]);
});

it("composes every line of several, and the first where only that was filled", () => {
  const lines: WaveletParameters = { signalShape: [50], signalNumber: 2, decompositionSteps: 1, waveletType: "DB1" };
  const buffer = bufferOf(lines);
  expect(buffer.compose().shape).toEqual([2, 50]);
  expect([...buffer.compose({ signal: 1 }).data]).toEqual([...buffer.compose().data.subarray(50)]);
  const empty = { step: 0, rows: 0, columns: 0, data: new Float32Array(0) };
  const half = {
    ...buffer,
    subbands: [
      buffer.subbands[0]!,
      [
        { ...empty, band: "detail" as const },
        { ...empty, band: "approximation" as const },
      ],
    ],
  };
  expect(decode(encode({ ...half, parameters: lines } as WaveletBuffer)).compose()).toMatchObject({ shape: [50] });
});

it("holds lines of no length", () => {
  const parameters: WaveletParameters = { signalShape: [0], signalNumber: 1, decompositionSteps: 0, waveletType: "NONE" };
  const bytes = encode(decompose([], parameters), { level: 5 });
  expect([decode(bytes).level, decode(bytes).compose().shape, bytes.length]).toEqual([0, [0], 66]);
});

it("keeps the amplitude at every scale", () => {
  for (const waveletType of ["DB1", "DB2", "DB3", "DB4", "DB5"] as const) {
    const flat = decompose(new Float32Array(300).fill(6.4), { signalShape: [300], signalNumber: 1, decompositionSteps: 5, waveletType });
    const picture = decompose(new Float32Array(2400).fill(0.5), {
      signalShape: [60, 40],
      signalNumber: 1,
      decompositionSteps: 2,
      waveletType,
    });
    for (const scale of [0, 1, 2]) {
      for (const value of flat.compose({ scale }).data) expect(value).toBeCloseTo(6.4, 4);
      for (const value of picture.compose({ scale }).data) expect(value).toBeCloseTo(0.5, 5);
    }
  }
});

it("finds the published coefficients of one to eight", () => {
  const [high, low] = decompose([1, 2, 3, 4, 5, 6, 7, 8], {
    signalShape: [8],
    signalNumber: 1,
    decompositionSteps: 1,
    waveletType: "DB2",
  }).subbands[0]!;
  expect(deviation(low!.data, [2.310789, 5.13921615, 7.96764328, 10.03819564])).toBeLessThan(1e-6);
  expect(deviation(high!.data, [0, 0, 0, -2.828427])).toBeLessThan(1e-6);
});

it("allows as many steps as the shortest side does", () => {
  expect(maxDecompositionSteps({ signalShape: [100, 100], waveletType: "DB2" })).toBe(5);
  expect(maxDecompositionSteps({ signalShape: [48_000], waveletType: "DB5" })).toBe(12);
  expect(maxDecompositionSteps({ signalShape: [48_000], waveletType: "NONE" })).toBe(0);
  expect(maxDecompositionSteps({ signalShape: [1920, 17], waveletType: "DB5" })).toBe(0);
});

it("refuses parameters that can't be, and data of another size", () => {
  const refusal = (change: object, length = 100) =>
    thrown(() =>
      decompose(new Float32Array(length), { signalShape: [100], signalNumber: 1, decompositionSteps: 3, waveletType: "DB2", ...change }),
    );
  expect(refusal({}, 99)).toMatchObject({ code: "options", issues: [{ path: "data" }] });
  expect(refusal({ decompositionSteps: 6 }).issues).toMatchObject([{ path: "decompositionSteps" }]);
  expect(refusal({ waveletType: "DB6" }).issues).toMatchObject([{ path: "waveletType" }]);
  expect(refusal({ signalShape: [10, 5, 2] }).issues).toMatchObject([{ path: "signalShape" }]);
  expect(refusal({ signalShape: [2.5, 40] }).issues).toMatchObject([{ path: "signalShape" }]);
  expect(refusal({ signalNumber: 0 }).issues).toMatchObject([{ path: "signalNumber" }]);
  expect(refusal({ denoiser: { kind: "simple", level: 2 } }).issues).toMatchObject([{ path: "denoiser.level" }]);
  expect(refusal({ denoiser: { kind: "threshold", a: Number.NaN, b: 0 } }).issues).toMatchObject([{ path: "denoiser" }]);
  const buffer = bufferOf(image);
  expect(thrown(() => buffer.compose({ scale: 0.5 }))).toMatchObject({ code: "options" });
  expect(thrown(() => buffer.compose({ signal: 3 }))).toMatchObject({ code: "options" });
  expect(thrown(() => buffer.valueRange(10))).toMatchObject({ code: "options" });
});

it("holds coefficients that were computed elsewhere", () => {
  const { subbands } = bufferOf(image);
  const coefficients = subbands.map((bands) => bands.map(({ data }) => data));
  expect(fromSubbands(image, coefficients).compose()).toEqual(bufferOf(image).compose());
  expect(thrown(() => fromSubbands(image, coefficients.slice(1)))).toMatchObject({ code: "options" });
  expect(thrown(() => fromSubbands(image, [[], [], []]))).toMatchObject({ code: "options" });
});

it("knows within what a subband's values lie", () => {
  const buffer = bufferOf(image);
  expect([0, 2, 3, 8, 9].map((index) => buffer.valueRange(index))).toEqual([
    [-1, 1],
    [-1, 1],
    [-2, 2],
    [-4, 4],
    [0, 8],
  ]);
});

it("measures how far two buffers are apart", () => {
  const parameters = { signalShape: [64], signalNumber: 1, decompositionSteps: 2, waveletType: "DB2" } as const;
  const plain = decompose(signal(64), parameters);
  const raised = decompose(
    signal(64).map((value) => value + 0.5),
    parameters,
  );
  // The transform keeps lengths, and so distances.
  expect(distance(plain, raised)).toBeCloseTo(0.25, 5);
  expect(distance(plain, plain)).toBe(0);
  expect(thrown(() => distance(plain, bufferOf(image)))).toMatchObject({ code: "options" });
});

it("leaves out what is within a threshold that may grow with the step", () => {
  const plain = bufferOf({ ...line, signalShape: [1000], decompositionSteps: 4 }).subbands[0]!;
  const parameters = { ...line, signalShape: [1000], decompositionSteps: 4 } as const;
  const denoised = decompose(signal(1000), { ...parameters, denoiser: { kind: "threshold", a: 0.1, b: 0.2 } }).subbands[0]!;
  for (const [k, { band, step, data }] of denoised.entries()) {
    const threshold = Math.fround(0.1 * step + 0.2);
    const expected = plain[k]!.data.map((value) => (band === "approximation" || Math.abs(value) > threshold ? value : 0));
    expect([...data]).toEqual([...expected]);
  }
});

it("keeps the largest share of each subband, and at least one value", () => {
  const parameters = { signalShape: [64, 64], signalNumber: 1, decompositionSteps: 2, waveletType: "DB1" } as const;
  for (const level of [0, 0.25, 0.9, 1]) {
    const { subbands } = decompose(signal(64 * 64), { ...parameters, denoiser: { kind: "simple", level } });
    const plain = bufferOf(parameters).subbands[0]!;
    for (const [k, { band, data }] of subbands[0]!.entries()) {
      const gone = band === "approximation" ? 0 : Math.min(Math.trunc(data.length * Math.fround(level)), data.length - 1);
      const kept = [...data].filter((value) => value !== 0);
      expect(kept.length).toBe(data.length - gone);
      const amounts = [...plain[k]!.data].map(Math.abs).sort((a, b) => b - a);
      expect(kept.map(Math.abs).sort((a, b) => b - a)).toEqual(amounts.slice(0, kept.length));
    }
  }
  const equal = decompose(
    new Float32Array(64).map((_, k) => k % 2),
    {
      ...{ signalShape: [64], signalNumber: 1, decompositionSteps: 1, waveletType: "DB1" },
      denoiser: { kind: "simple", level: 0.5 },
    },
  );
  expect(equal.subbands[0]![0]!.data.filter((value) => value !== 0).length).toBe(16);
});
