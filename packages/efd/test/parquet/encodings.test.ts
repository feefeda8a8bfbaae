import fc from "fast-check";
import { expect, test } from "vitest";
import * as encode from "./support/encode.js";
import { encoding, makeFile, type Page } from "./support/make-file.js";
import { readCells } from "./support/read-all.js";

const RUNS = 150;
const utf8 = new TextEncoder();
const bytesOf = (values: ArrayBufferView) => [...new Uint8Array(values.buffer, values.byteOffset, values.byteLength)];
let cases = 0;

/** One column in one file, its pages as given; small batches, so that pages and batches do not end together. */
async function column(
  type: Parameters<typeof makeFile>[1][number]["type"],
  pages: readonly Page[],
  more: { length?: number; optional?: boolean } = {},
) {
  cases += 1;
  const rows = pages.reduce((sum, page) => sum + (page.kind === "dictionary" ? 0 : page.values), 0);
  const { length, optional } = more;
  const element = { name: "a", type, repetition: optional ? (1 as const) : (0 as const), ...(length === undefined ? {} : { length }) };
  const bytes = makeFile([element], [{ path: ["a"], type, pages }], rows);
  const { a = [] } = await readCells(bytes, { batchRows: 7 });
  return a;
}
const inPages = <T>(values: readonly T[], body: (part: readonly T[]) => Omit<Page, "values">): Page[] => {
  const half = Math.floor(values.length / 2);
  return [values.slice(0, half), values.slice(half)]
    .filter(({ length }) => length > 0)
    .map((part) => ({ values: part.length, ...body(part) }));
};
const int64 = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });
const int32 = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 });
const some = <T>(value: fc.Arbitrary<T>) => fc.array(value, { minLength: 1, maxLength: 300 });
const check = <T>(values: fc.Arbitrary<T>, property: (value: T) => Promise<void>) =>
  fc.assert(fc.asyncProperty(values, property), { numRuns: RUNS });

test("decodes 64-bit differences, wrapping and all", async () => {
  await check(some(fc.oneof(int64, fc.bigInt({ min: 0n, max: 1000n }))), async (values) => {
    const pages = inPages(values, (part) => ({ encoding: encoding.DELTA, body: encode.delta(part, 64) }));
    expect(await column("INT64", pages)).toEqual(values);
  });
});

test("decodes 32-bit differences", async () => {
  await check(some(fc.oneof(int32, fc.integer({ min: 0, max: 9 }))), async (values) => {
    const pages = inPages(values, (part) => ({ encoding: encoding.DELTA, body: encode.delta(part.map(BigInt), 32) }));
    expect(await column("INT32", pages)).toEqual(values);
  });
});

test("decodes plain and split numbers bit by bit", async () => {
  await check(some(fc.double()), async (values) => {
    const plain = inPages(values, (part) => ({ encoding: encoding.PLAIN, body: bytesOf(Float64Array.from(part)) }));
    expect(await column("DOUBLE", plain)).toEqual(values);
    const split = inPages(values, (part) => {
      const bytes = new Uint8Array(Float64Array.from(part).buffer);
      return { encoding: encoding.SPLIT, body: encode.byteStreamSplit(bytes, 8) };
    });
    expect(await column("DOUBLE", split)).toEqual(values);
  });
});

test("decodes strings by all their encodings", async () => {
  const word = fc.oneof(fc.string({ unit: "grapheme", maxLength: 40 }), fc.constantFrom("telescope", "telemetry", "tele", ""));
  await check(some(word), async (words) => {
    const values = words.map((text) => utf8.encode(text));
    const bodies: [number, (part: readonly Uint8Array[]) => number[]][] = [
      [encoding.PLAIN, encode.plainBytes],
      [encoding.DELTA_LENGTH, encode.deltaLengths],
      [encoding.DELTA_STRINGS, encode.deltaStrings],
    ];
    for (const [id, body] of bodies) {
      const pages = inPages(values, (part) => ({ encoding: id, body: body(part) }));
      expect(await column("BYTE_ARRAY", pages)).toEqual(values);
    }
  });
});

test("decodes dictionaries of any width", async () => {
  await check(fc.tuple(fc.integer({ min: 1, max: 600 }), some(fc.nat())), async ([entries, picks]) => {
    const dictionary = BigInt64Array.from({ length: entries }, (_, index) => BigInt(index) * -7_000_000_000n);
    const indexes = picks.map((pick) => pick % entries);
    const width = entries === 1 ? 0 : Math.floor(Math.log2(entries - 1)) + 1;
    const first: Page = { kind: "dictionary", values: entries, encoding: encoding.PLAIN, body: bytesOf(dictionary) };
    const pages = inPages(indexes, (part) => ({ encoding: encoding.RLE_DICTIONARY, body: [width, ...encode.hybrid(part, width)] }));
    expect(await column("INT64", [first, ...pages])).toEqual(indexes.map((index) => dictionary[index]));
  });
});

test("keeps nulls in their places, in pages of both versions", async () => {
  await check(some(fc.option(fc.integer({ min: -5, max: 5 }), { freq: 3 })), async (values) => {
    const levels = (part: readonly (number | null)[]) =>
      encode.hybrid(
        part.map((value) => (value === null ? 0 : 1)),
        1,
      );
    const body = (part: readonly (number | null)[]) => bytesOf(Int32Array.from(part.filter((value) => value !== null)));
    const first = inPages(values, (part) => ({ encoding: encoding.PLAIN, body: [...encode.sized(levels(part)), ...body(part)] }));
    expect(await column("INT32", first, { optional: true })).toEqual(values);
    const second = inPages(values, (part) => {
      const bits = levels(part);
      return { kind: "data-v2", encoding: encoding.PLAIN, definitionBytes: bits.length, body: [...bits, ...body(part)] };
    });
    expect(await column("INT32", second, { optional: true })).toEqual(values);
  });
});

test("decodes booleans, packed and in runs", async () => {
  await check(some(fc.boolean()), async (values) => {
    const bits = values.map((value) => (value ? 1 : 0));
    const packed = inPages(bits, (part) => ({ encoding: encoding.PLAIN, body: encode.bitPack(part.map(BigInt), 1) }));
    expect(await column("BOOLEAN", packed)).toEqual(values);
    const runs = inPages(bits, (part) => ({ encoding: encoding.RLE, body: encode.sized(encode.hybrid(part, 1)) }));
    expect(await column("BOOLEAN", runs)).toEqual(values);
  });
});

test("decodes values of a fixed length, shared beginnings too", async () => {
  await check(some(fc.uint8Array({ minLength: 5, maxLength: 5 })), async (values) => {
    const plain = inPages(values, (part) => ({ encoding: encoding.PLAIN, body: part.flatMap((value) => [...value]) }));
    expect(await column("FIXED_LEN_BYTE_ARRAY", plain, { length: 5 })).toEqual(values);
    const shared = inPages(values, (part) => ({ encoding: encoding.DELTA_STRINGS, body: encode.deltaStrings(part) }));
    expect(await column("FIXED_LEN_BYTE_ARRAY", shared, { length: 5 })).toEqual(values);
  });
});

test("says how many files it has decoded", () => {
  console.log(`parquet encodings: ${cases} files, ${RUNS} random ones for each property`);
  expect(cases).toBeGreaterThan(8 * RUNS);
});
