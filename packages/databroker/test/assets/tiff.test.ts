import { readFileSync } from "node:fs";
import { join } from "node:path";
import { createLimiter, fromBytes, isSondeError } from "@sonde/core/bytes";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readTiff } from "../../src/assets/tiff/read-tiff.js";
import { call, expected, folder, made, numbers, sliced } from "./fixture.js";

const file = (name: string) => new Uint8Array(readFileSync(join(folder, "tiff", name)));
const read = (bytes: Uint8Array, slice?: readonly (readonly [number, number])[], limits = {}) =>
  readTiff(fromBytes(bytes, "a.tif"), createLimiter(limits), call(slice));
const plain = Object.entries(made.tiff).filter(([name]) => !/^(frame|jpeg|bits)/.test(name));

describe("TIFF files", () => {
  test.each(plain)("%s is read as tifffile wrote it", async (name, { shape, dtype }) => {
    const array = await read(file(name));
    expect(array.shape).toEqual(shape);
    expect(numbers(array)).toEqual(expected(shape, dtype));
  });

  test("single bits are spread to bytes", async () => {
    const { shape } = made.tiff["bits.tif"]!;
    expect(numbers(await read(file("bits.tif")))).toEqual(expected(shape, "|u1").map((value) => Number(value > 100)));
  });

  test("grey JPEG is unpacked", async () => {
    const array = await read(file("jpeg.tif"));
    expect(array.shape).toEqual([16, 24]);
    expect(numbers(array).every((value) => Math.abs(value - 130) <= 1)).toBe(true);
  });

  test("reads any slice as the whole image has it", async () => {
    let cases = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...plain),
        fc.array(fc.tuple(fc.nat(50), fc.nat(50)), { maxLength: 3 }),
        async ([name, { shape, dtype }], ranges) => {
          const slice = ranges.slice(0, shape.length).map(([a, b], k) => {
            const [from, to] = [a % (shape[k]! + 1), b % (shape[k]! + 1)];
            return [Math.min(from, to), Math.max(from, to)] as const;
          });
          expect(numbers(await read(file(name), slice))).toEqual(sliced(expected(shape, dtype), shape, slice));
          cases += 1;
        },
      ),
      { numRuns: 1000 },
    );
    console.log(`TIFF slices: ${cases} cases`);
  });

  test("of an uncompressed image only the rows are read that are asked for", async () => {
    const source = fromBytes(file("little_u2.tif"), "a.tif");
    let bytes = 0;
    const counting: typeof source = {
      ...source,
      read(range, options) {
        bytes = range.end - range.start;
        return source.read(range, options);
      },
    };
    await readTiff(counting, createLimiter(), call([[3, 5]]));
    expect(bytes).toBe(2 * 17 * 2);
  });

  test("strips that lie one after the other are read at once", async () => {
    const source = fromBytes(file("little_strips.tif"), "a.tif");
    let reads = 0;
    const counting: typeof source = {
      ...source,
      read(range, options) {
        reads += 1;
        return source.read(range, options);
      },
    };
    await readTiff(counting, createLimiter(), call());
    // Header, directory and its lists before one read for 64 strips.
    expect(reads).toBeLessThan(10);
  });
});

/** A little-endian TIFF of entries [tag, type, count, value], its directories one after the other. */
function tiff(
  directories: readonly (readonly (readonly [number, number, number, number])[])[],
  links: readonly number[],
  data: Uint8Array,
): Uint8Array {
  const starts: number[] = [];
  let at = 8;
  for (const entries of directories) {
    starts.push(at);
    at += 2 + entries.length * 12 + 4;
  }
  const bytes = new Uint8Array(at + data.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, 0x002a4949, true);
  view.setUint32(4, starts[0] ?? 0, true);
  directories.forEach((entries, k) => {
    const start = starts[k]!;
    view.setUint16(start, entries.length, true);
    entries.forEach(([tag, type, count, value], entry) => {
      const position = start + 2 + entry * 12;
      view.setUint16(position, tag, true);
      view.setUint16(position + 2, type, true);
      view.setUint32(position + 4, count, true);
      view.setUint32(position + 8, value, true);
    });
    view.setUint32(start + 2 + entries.length * 12, links[k] === undefined || links[k] < 0 ? 0 : starts[links[k]]!, true);
  });
  bytes.set(data, at);
  return bytes;
}

const image = (over: { readonly [tag: number]: number } = {}) => {
  const tags: { [tag: number]: number } = { 256: 4, 257: 4, 258: 8, 259: 1, 262: 1, 273: 200, 277: 1, 278: 4, 279: 16, ...over };
  return Object.entries(tags).map(([tag, value]) => [Number(tag), 4, 1, value] as const);
};
const small = (over: { readonly [tag: number]: number }, data = new Uint8Array(200)) => tiff([image(over)], [-1], data);

describe("TIFF files from strangers", () => {
  test.each([
    ["a directory that leads to itself", tiff([image()], [0], new Uint8Array(200))],
    ["a chain that comes back to its first directory", tiff([image(), image(), image()], [1, 2, 0], new Uint8Array(200))],
    ["no directory at all", tiff([], [], new Uint8Array(8))],
    ["strips outside of the file", small({ 273: 4_000_000_000 })],
    ["strips longer than the file", small({ 279: 4_000_000_000 })],
    ["fewer bytes than its rows take", small({ 279: 7 })],
    ["no width", small({ 256: 0 })],
    ["a width of 2^32 - 1", small({ 256: 4_294_967_295 })],
    ["more strips than it says where they are", small({ 278: 1 })],
    ["LZW of nothing", small({ 259: 5 })],
    ["deflate of nothing", small({ 259: 8 })],
    ["Zstandard of nothing", small({ 259: 50_000 })],
    ["JPEG of nothing", small({ 259: 7 })],
  ])("%s is a typed error", async (_, bytes) => {
    await expect(read(bytes)).rejects.toMatchObject({ code: "format" });
  });

  test("an image larger than the limit is refused before anything is allocated", async () => {
    await expect(read(small({ 256: 1_000_000, 257: 1_000_000, 278: 1_000_000 }))).rejects.toMatchObject({ code: "limit" });
    await expect(read(small({ 256: 60_000, 257: 60_000, 259: 5, 278: 60_000 }))).rejects.toMatchObject({ code: "limit" });
  });

  test("a tag of more values than the file has bytes is a typed error", async () => {
    const entries = image().map((entry) => (entry[0] === 273 ? ([273, 4, 4_000_000_000, 8] as const) : entry));
    await expect(read(tiff([entries], [-1], new Uint8Array(200)))).rejects.toMatchObject({ code: expect.stringMatching(/format|limit/) });
  });

  test.each([2, 3, 4, 6, 34676, 34887, 50001, 12345])("compression %i is refused by its name", async (compression) => {
    await expect(read(small({ 259: compression }))).rejects.toMatchObject({ code: "unsupported" });
  });

  test("a deflated strip that unpacks to more costs what its rows take", async () => {
    const { deflateSync } = await import("node:zlib");
    const bomb = deflateSync(new Uint8Array(64 * 2 ** 20));
    const before = process.memoryUsage().arrayBuffers;
    const bytes = small({ 259: 8, 279: bomb.length }, new Uint8Array([...new Uint8Array(200 - 8 - 2 - 9 * 12 - 4), ...bomb]));
    expect(numbers(await read(bytes))).toEqual(new Array(16).fill(0));
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(16 * 2 ** 20);
  });

  test("truncation at every offset is a typed error or an image", async () => {
    let cases = 0;
    for (const name of ["little_lzw.tif", "big_deflate.tif", "little_packbits.tif", "big_tiled.tif", "little_zstd.tif"]) {
      const bytes = file(name);
      for (let length = 0; length < bytes.length; length += name.includes("tiled") ? 17 : 1) {
        cases += 1;
        try {
          await read(bytes.slice(0, length));
        } catch (error) {
          if (!isSondeError(error)) throw error;
        }
      }
    }
    console.log(`TIFF truncations: ${cases} cases`);
  });

  test("flipped bytes are a typed error or an image", async () => {
    let cases = 0;
    let refused = 0;
    for (const name of [
      "little_lzw_predictor_u2.tif",
      "big_deflate_predictor_f4.tif",
      "little_packbits.tif",
      "bits.tif",
      "little_big.tif",
    ]) {
      const bytes = file(name);
      for (let at = 0; at < bytes.length; at++) {
        for (const mask of [0xff, 1 << (at % 8)]) {
          const flipped = bytes.slice();
          flipped[at]! ^= mask;
          cases += 1;
          try {
            await read(flipped, undefined, { maxBytes: 2 ** 24 });
          } catch (error) {
            if (!isSondeError(error)) throw error;
            refused += 1;
          }
        }
      }
    }
    console.log(`TIFF flipped bytes: ${cases} cases, ${refused} refused`);
  });
});
