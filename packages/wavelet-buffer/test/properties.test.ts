import fc from "fast-check";
import { afterAll, expect, it } from "vitest";
import {
  type Denoiser,
  decode,
  decodeBytes,
  decompose,
  encode,
  encodeBytes,
  maxDecompositionSteps,
  variant,
  type WaveletParameters,
} from "../src/index.js";

const counts: { [kind: string]: number } = {};
const count = (kind: string) => {
  counts[kind] = (counts[kind] ?? 0) + 1;
};
afterAll(() => console.log(`cases: ${JSON.stringify(counts)}`));

const sides: fc.Arbitrary<WaveletParameters["signalShape"]> = fc.oneof(
  fc.tuple(fc.integer({ min: 10, max: 400 })),
  fc.tuple(fc.integer({ min: 10, max: 40 }), fc.integer({ min: 10, max: 40 })),
);
const waveletType = fc.constantFrom("NONE", "DB1", "DB2", "DB3", "DB4", "DB5");
const denoiser: fc.Arbitrary<Denoiser> = fc.oneof(
  fc.constant({ kind: "null" } as const),
  fc.record({ kind: fc.constant("threshold" as const), a: fc.double({ min: 0, max: 1, noNaN: true }), b: fc.constant(0.1) }),
  fc.record({ kind: fc.constant("simple" as const), level: fc.double({ min: 0, max: 1, noNaN: true }) }),
);
const numbers = fc.oneof(
  fc.float({ noNaN: true, noDefaultInfinity: true, min: -1000, max: 1000 }),
  fc.constantFrom(0, -0, 1, Math.fround(1e-40), Math.fround(-1e12)),
);
const buffers = fc
  .record({
    shape: sides,
    waveletType,
    denoiser,
    seed: fc.array(numbers, { minLength: 1, maxLength: 50 }),
    signals: fc.integer({ min: 1, max: 3 }),
    depth: fc.nat(9),
  })
  .map(({ shape, waveletType, denoiser, seed, signals, depth }) => {
    const signalNumber = shape.length === 1 ? 1 : signals;
    const steps = maxDecompositionSteps({ signalShape: shape, waveletType });
    const size = shape.reduce<number>((product, side) => product * side, 1) * signalNumber;
    const data = Float32Array.from({ length: size }, (_, k) => seed[k % seed.length]! + Math.sin(k));
    return { data, options: { signalShape: shape, signalNumber, waveletType, decompositionSteps: Math.min(depth, steps), denoiser } };
  });

/** What a level leaves of a float: its upper bits. */
function kept(data: Float32Array, level: number): Float32Array {
  if (level < 2) return data;
  const words = new Int32Array(data.buffer, data.byteOffset, data.length).map((word) => (word >> (level - 1)) << (level - 1));
  return new Float32Array(words.buffer);
}

it("reads back every coefficient with the bits that its level keeps", () => {
  fc.assert(
    fc.property(buffers, fc.integer({ min: 0, max: 31 }), ({ data, options }, level) => {
      count("round trips");
      const buffer = decompose(data, options);
      const bytes = encode(buffer, { level });
      const read = decode(bytes);
      expect(read.parameters).toEqual(buffer.parameters);
      for (const [k, bands] of buffer.subbands.entries()) {
        for (const [j, { data: written }] of bands.entries()) {
          const [expected, actual] = [kept(written, level), read.subbands[k]![j]!.data];
          // -0 is a zero, and zeros are not written.
          for (let n = 0; n < expected.length; n++) if (expected[n] !== actual[n]) throw new Error(`${n}: ${expected[n]}, ${actual[n]}`);
        }
      }
      if (level < 2) expect(Buffer.compare(encode(read, { level }), bytes)).toBe(0);
    }),
    { numRuns: 600 },
  );
});

it("composes what was decomposed, within 1e-5 of the greatest value", () => {
  fc.assert(
    fc.property(buffers, ({ data, options }) => {
      count("compositions");
      const buffer = decompose(data, { ...options, denoiser: { kind: "null" } });
      const composed = buffer.compose().data;
      const most = data.reduce((greatest, value) => Math.max(greatest, Math.abs(value)), 0);
      for (let k = 0; k < data.length; k++) expect(Math.abs(composed[k]! - data[k]!)).toBeLessThanOrEqual(1e-5 * most);
      const last = buffer.compose({ scale: options.decompositionSteps });
      const unit = 2 ** options.decompositionSteps;
      const size = options.signalShape.reduce<number>((product, side) => product * Math.floor(side / unit), 1);
      expect(last.data.length).toBe(size * options.signalNumber);
    }),
    { numRuns: 400 },
  );
});

it("keeps the energy of what it takes apart", () => {
  fc.assert(
    fc.property(buffers, ({ data, options }) => {
      fc.pre(options.signalShape.every((side) => side % 2 ** options.decompositionSteps === 0));
      count("energies");
      const energy = decompose(data, { ...options, denoiser: { kind: "null" } })
        .energyDistribution()
        .reduce((sum, bands) => sum + bands.reduce((all, band) => all + band, 0), 0);
      const expected = data.reduce((sum, value) => sum + value ** 2, 0);
      expect(Math.abs(energy - expected)).toBeLessThanOrEqual(1e-5 * expected);
    }),
    { numRuns: 400 },
  );
});

const variants = fc.array(
  fc.oneof(
    fc.constant(null),
    fc.boolean(),
    fc.double(),
    fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
    fc.string({ unit: "grapheme" }),
    fc.array(fc.boolean(), { minLength: 1 }),
    fc.array(fc.string({ unit: "grapheme" }), { minLength: 1 }),
    ...[fc.int8Array(), fc.uint8Array(), fc.int16Array(), fc.uint16Array(), fc.int32Array(), fc.uint32Array()],
    ...[fc.float32Array(), fc.float64Array(), fc.bigInt64Array(), fc.bigUint64Array()],
  ),
);

it("reads back every variant", () => {
  fc.assert(
    fc.property(variants, (values) => {
      count("variants");
      const written = values.map((value) => variant(value));
      const bytes = encodeBytes(written);
      expect(decodeBytes(bytes)).toEqual(written);
      expect(encodeBytes(decodeBytes(bytes))).toEqual(bytes);
    }),
    { numRuns: 1000 },
  );
});
