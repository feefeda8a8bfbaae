import fc from "fast-check";
import { afterAll, expect, it } from "vitest";
import { Complex, decode, Extension, encode, MsgpackTimestamp, NdArray, ndArray, ndArrayFromBytes, type Value } from "../src/index.js";
import { ndMessage, toHex } from "./helpers.js";

const counts: { [kind: string]: number } = {};
const count = (kind: string) => {
  counts[kind] = (counts[kind] ?? 0) + 1;
};
afterAll(() => console.log(`cases: ${JSON.stringify(counts)}`));

const typed = fc.oneof(
  fc.int8Array(),
  fc.uint16Array(),
  fc.int32Array(),
  fc.float32Array(),
  fc.float64Array(),
  fc.bigInt64Array(),
  fc.bigUint64Array(),
);
const text = fc.string({ unit: "grapheme" });
const leaf: fc.Arbitrary<unknown> = fc.oneof(
  fc.constant(null),
  fc.boolean(),
  fc.integer(),
  fc.maxSafeInteger(),
  fc.double(),
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 64n - 1n }).map((value) => (Number.isSafeInteger(Number(value)) ? Number(value) : value)),
  text,
  fc.uint8Array(),
  fc.bigInt({ min: -(10n ** 27n), max: 10n ** 27n }).map((nanos) => new MsgpackTimestamp(nanos)),
  fc.tuple(fc.integer({ min: -128, max: 127 }), fc.uint8Array()).map(([type, data]) => new Extension(type === -1 ? 1 : type, data)),
  fc.tuple(fc.double(), fc.double()).map(([re, im]) => new Complex(re, im)),
  typed.map((data) => ndArray(data)),
  fc.array(text, { minLength: 1 }).map((items) => ndArray(items.map((item) => item.replace(/\0+$/, "")))),
);
const value: fc.Arbitrary<unknown> = fc.letrec((tie) => ({
  value: fc.oneof({ maxDepth: 4 }, leaf, tie("list"), tie("object"), tie("map")),
  list: fc.array(tie("value"), { maxLength: 20 }),
  object: fc.dictionary(fc.oneof(text, fc.constantFrom("__proto__", "constructor", "7", "length")), tie("value"), {
    maxKeys: 20,
    noNullPrototype: true,
  }),
  map: fc
    .array(fc.tuple(fc.oneof(fc.integer(), text), tie("value")), { maxLength: 5 })
    .map((entries) => new Map([[-1, null], ...entries] as [unknown, unknown][])),
})).value;

/** Arrays compare by what they hold; lazily made data must not matter. */
const plain = (item: unknown): unknown => {
  if (item instanceof NdArray) return { dtype: item.dtype, shape: item.shape, bytes: item.bytes };
  if (Array.isArray(item)) return item.map(plain);
  if (item instanceof Map) return new Map([...item].map(([key, inner]) => [key, plain(inner)]));
  if (item !== null && typeof item === "object" && Object.getPrototypeOf(item) === Object.prototype) {
    return Object.entries(item).map(([key, inner]) => [key, plain(inner)]);
  }
  return item;
};

it("reads back what it wrote", () => {
  fc.assert(
    fc.property(value, (original) => {
      count("round trips");
      const bytes = encode(original);
      const read = decode(bytes);
      expect(plain(read)).toEqual(plain(original));
      expect(toHex(encode(read))).toBe(toHex(bytes));
      expect(toHex(encode(decode(bytes, { exact: true })))).toBe(toHex(bytes));
    }),
    { numRuns: 3000 },
  );
});

/** Decodes in every way; everything that is thrown must be an error of Sonde, and what is read must print and unfold. */
function survives(bytes: Uint8Array): void {
  for (const options of [{}, { utf8: "replace" as const, numpy: false as const }, { exact: true as const }]) {
    let read: unknown;
    try {
      read = options.exact ? decode(bytes, { exact: true }) : decode(bytes, options);
    } catch (error) {
      if (!(error instanceof Error) || !(Symbol.for("sonde.error") in error)) throw error;
      if (!("code" in error) || !["format", "limit"].includes(String(error.code))) throw error;
      continue;
    }
    if (options.exact && toHex(encode(read)) !== toHex(bytes)) throw new Error(`exact differs for ${toHex(bytes)}`);
    if (!options.exact) unfold(read as Value);
  }
}

function unfold(read: Value): void {
  if (read instanceof NdArray) {
    String(read);
    read.toNested();
  } else if (Array.isArray(read)) read.forEach(unfold);
  else if (read instanceof Map) read.forEach(unfold);
  else if (read !== null && typeof read === "object" && Object.getPrototypeOf(read) === Object.prototype)
    Object.values(read).forEach(unfold);
}

const samples: readonly Uint8Array[] = [
  encode({
    a: [1, -1, 1.5, "é", null, true, 2n ** 63n],
    b: { c: Uint8Array.of(1, 2), d: new Date(1.5e12), e: new Extension(9, Uint8Array.of(1)) },
  }),
  encode({ spikes: BigUint64Array.of(1n, 2n), map: new Map([[1, [2]]]), z: new Complex(1, -2) }),
  ndMessage("<f4", [2, 2], new Array<number>(16).fill(7)),
  ndMessage("<U2", [2], [97, 0, 0, 0, 98, 0, 0, 0, 99, 0, 0, 0, 0, 0, 0, 0]),
  ndMessage("|S0", [5], []),
  encode(
    ndArrayFromBytes(
      new Uint8Array(24),
      [
        ["x", "<f8"],
        ["y", [["q", "<U1", [2]]]],
        ["", "|V8"],
      ] as never,
      [1],
    ),
  ),
  encode(ndArray(BigInt64Array.of(1n, 2n), { dtype: "<M8[ns]" })),
];

it("survives truncation at every byte", () => {
  for (const sample of samples) {
    for (let length = 0; length < sample.length; length++) {
      count("truncations");
      expect(() => decode(sample.subarray(0, length))).toThrow();
      survives(sample.subarray(0, length));
    }
  }
});

it("survives every flipped bit", () => {
  for (const sample of samples) {
    const damaged = sample.slice();
    for (let at = 0; at < sample.length; at++) {
      for (let bit = 0; bit < 8; bit++) {
        damaged[at] = sample[at]! ^ (1 << bit);
        survives(damaged);
        count("flipped bits");
      }
      damaged[at] = sample[at]!;
    }
  }
});

it("survives random bytes, and two changes at once", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      count("random messages");
      survives(bytes);
    }),
    { numRuns: 5000 },
  );
  fc.assert(
    fc.property(fc.constantFrom(...samples), fc.nat(), fc.nat(), fc.nat(255), fc.nat(255), (sample, first, second, a, b) => {
      count("double changes");
      const damaged = sample.slice();
      damaged[first % damaged.length] = a;
      damaged[second % damaged.length] = b;
      survives(damaged);
    }),
    { numRuns: 5000 },
  );
});

it("refuses absurd lengths without taking time or memory", () => {
  const before = process.memoryUsage();
  const start = performance.now();
  for (const head of [0xdc, 0xdd, 0xde, 0xdf, 0xc4, 0xc5, 0xc6, 0xc7, 0xc8, 0xc9, 0xd9, 0xda, 0xdb]) {
    for (const fill of [0x7f, 0x80, 0xff]) {
      count("absurd lengths");
      survives(Uint8Array.of(head, fill, fill, fill, fill, 0xc0, 0xc0));
    }
  }
  const bomb = new Uint8Array(2_000_000).fill(0x91);
  survives(bomb);
  const wide = new Uint8Array(20_000_005).fill(0x80);
  wide.set([0xdd, 0x01, 0x31, 0x2d, 0x00]);
  expect(() => decode(wide)).toThrow(/maxElements/);
  expect(performance.now() - start).toBeLessThan(2000);
  expect(process.memoryUsage().rss - before.rss).toBeLessThan(200e6);
});
