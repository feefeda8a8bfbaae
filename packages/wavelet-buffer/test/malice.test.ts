import fc from "fast-check";
import { afterAll, expect, it } from "vitest";
import { decode, decodeBytes, decompose, encode, encodeBytes, variant } from "../src/index.js";
import { Blob2, bufferOf, sfStream, signal, thrown, unfold } from "./helpers.js";

const counts: { [kind: string]: number } = {};
const count = (kind: string) => {
  counts[kind] = (counts[kind] ?? 0) + 1;
};
afterAll(() => console.log(`cases: ${JSON.stringify(counts)}`));

const line = bufferOf({ signalShape: [40], signalNumber: 1, decompositionSteps: 2, waveletType: "DB2" });
const image = decompose(signal(12 * 10 * 2), {
  ...{ signalShape: [12, 10], signalNumber: 2, decompositionSteps: 1, waveletType: "DB2" },
  denoiser: { kind: "simple", level: 0.5 },
});
const zeros = Array.from({ length: 8 }, () => 0);
const samples: { readonly [name: string]: Uint8Array } = {
  "a line at level 0": encode(line),
  "a line at level 1": encode(line, { level: 1 }),
  "a line at level 16": encode(line, { level: 16 }),
  "a line at level 27": encode(line, { level: 27 }),
  "images at level 12": encode(image, { level: 12 }),
  "version 2, not compressed": new Blob2().header(2, [4], 1, 1, 1, 0).objects(1).objects(2).matrix(2, 1, 0, 0).matrix(2, 1, 1, 2).done,
  "version 2, SF streams": new Blob2()
    .header(2, [16], 1, 1, 1, 16)
    .byteVector(sfStream(8, 1, [0, 0, -1.5, 0.25, 1e3, 0, 0, 3]))
    .byteVector(sfStream(8, 1, zeros)).done,
};
const variants = encodeBytes([variant(true), variant("text"), variant(Float32Array.of(1, 2), [2, 1]), variant(null), variant(["a", "µ"])]);

/** Everything that is thrown must be an error of Sonde. */
function survives(read: () => void): void {
  try {
    read();
  } catch (error) {
    if (!(error instanceof Error && "code" in error && ["format", "limit", "unsupported"].includes(String(error.code)))) throw error;
    expect(Symbol.for("sonde.error") in error).toBe(true);
  }
}

it("refuses truncation at every byte", () => {
  for (const [name, bytes] of Object.entries(samples)) {
    for (let length = 0; length < bytes.length; length++) {
      expect(thrown(() => decode(bytes.subarray(0, length))).code, `${name}, ${length} bytes`).toBe("format");
      count("truncations");
    }
  }
  for (let length = 0; length < variants.length; length++) {
    survives(() => decodeBytes(variants.subarray(0, length)));
    count("truncations");
  }
});

it("survives every flipped bit", () => {
  for (const bytes of Object.values(samples)) {
    for (let bit = 0; bit < 8 * bytes.length; bit++) {
      const damaged = bytes.slice();
      damaged[bit >> 3] = damaged[bit >> 3]! ^ (1 << (bit & 7));
      survives(() => unfold(decode(damaged)));
      count("flipped bits");
    }
  }
  for (let bit = 0; bit < 8 * variants.length; bit++) {
    const damaged = variants.slice();
    damaged[bit >> 3] = damaged[bit >> 3]! ^ (1 << (bit & 7));
    survives(() => decodeBytes(damaged));
    count("flipped bits");
  }
});

it("survives random bytes, and several changes at once", () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...Object.values(samples), variants),
      fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 8 }),
      (bytes, changes) => {
        const damaged = bytes.slice();
        for (const [at, byte] of changes) damaged[at % damaged.length] = byte;
        survives(() => unfold(decode(damaged)));
        survives(() => decodeBytes(damaged));
        count("damaged messages");
      },
    ),
    { numRuns: 3000 },
  );
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => {
      survives(() => unfold(decode(Uint8Array.of(3, 1, 0, 0, 0, 0, 0, 0, 0, ...bytes))));
      survives(() => decodeBytes(Uint8Array.of(1, 0, ...bytes)));
      count("random messages");
    }),
    { numRuns: 3000 },
  );
});

it("refuses absurd lengths without taking time or memory", () => {
  const start = performance.now();
  const before = process.memoryUsage();
  for (const [name, bytes] of Object.entries(samples)) {
    for (let at = 1; at + 8 <= bytes.length; at++) {
      for (const fill of [0x7f, 0xff]) {
        const damaged = bytes.slice().fill(fill, at, at + 8);
        survives(() => unfold(decode(damaged)));
        count("absurd lengths");
        if (at === 1) expect(thrown(() => decode(damaged)).code, name).toBe("format");
      }
    }
  }
  for (let at = 0; at + 4 <= variants.length; at++) {
    survives(() => decodeBytes(variants.slice().fill(0xff, at, at + 4)));
    count("absurd lengths");
  }
  const { rss } = process.memoryUsage();
  expect(performance.now() - start).toBeLessThan(5000);
  expect(rss - before.rss).toBeLessThan(200e6);
});

it("does not fill a matrix that nothing but its header promises, until it is asked for", () => {
  const nothing = new Blob2().byteVector(Array.from({ length: 16 }, () => 0));
  const sparse = new Blob2()
    .header(3, [2 ** 27], 1, 0, 0, 1)
    .u64(0, 2 ** 27, 1)
    .u8(...nothing.bytes)
    .byteVector([]);
  const before = process.memoryUsage().arrayBuffers;
  expect(decode(sparse.done).summary()).toMatch(/134217728 values, 0 not 0/);
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(1e6);
});
