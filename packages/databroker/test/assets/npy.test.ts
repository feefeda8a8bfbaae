import { readFileSync } from "node:fs";
import { join } from "node:path";
import { createLimiter, fromBytes, isSondeError } from "@sonde/core/bytes";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readNpy } from "../../src/assets/npy.js";
import { call, expected, folder, made, numbers, sliced } from "./fixture.js";

const file = (name: string) => new Uint8Array(readFileSync(join(folder, "npy", name)));
const read = (bytes: Uint8Array, slice?: readonly (readonly [number, number])[], limits = {}) =>
  readNpy(fromBytes(bytes, "a.npy"), createLimiter(limits), call(slice));

describe("files of NumPy", () => {
  test.each(Object.entries(made.npy))("%s is read as NumPy wrote it", async (name, { shape, dtype }) => {
    const array = await read(file(name));
    expect(array.shape).toEqual(shape);
    expect(numbers(array)).toEqual(expected(shape, dtype));
  });

  test("reads any slice as the whole array has it", async () => {
    let cases = 0;
    const range = (length: number) => fc.tuple(fc.nat(length), fc.nat(length)).map(([a, b]) => [Math.min(a, b), Math.max(a, b)] as const);
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...Object.entries(made.npy)),
        fc.tuple(range(3), range(4), range(5)),
        fc.nat(3),
        async ([name, { shape, dtype }], ranges, kept) => {
          const slice = ranges
            .slice(0, Math.min(kept, shape.length))
            .map(([a, b], k) => [Math.min(a, shape[k]!), Math.min(b, shape[k]!)] as const);
          const array = await read(file(name), slice);
          expect(numbers(array)).toEqual(sliced(expected(shape, dtype), shape, slice));
          cases += 1;
        },
      ),
      { numRuns: 500 },
    );
    console.log(`npy slices: ${cases} cases`);
  });

  test("reads only the rows that are asked for", async () => {
    const bytes = file("little_u2.npy");
    const ranges: number[] = [];
    const source = fromBytes(bytes, "a.npy");
    const counting: typeof source = {
      ...source,
      read(range, options) {
        ranges.push(range.end - range.start);
        return source.read(range, options);
      },
    };
    await readNpy(counting, createLimiter(), call([[1, 2]]));
    expect(ranges.at(-1)).toBe(20 * 2);
  });

  test("a scalar has no dimensions, an empty array no values", async () => {
    expect(await read(file("scalar.npy"))).toEqual({ shape: [], data: Float64Array.of(7) });
    expect((await read(file("empty.npy"))).shape).toEqual([0, 5]);
  });

  test.each(["objects.npy", "text.npy", "fields.npy"])("%s is refused and never run", async (name) => {
    await expect(read(file(name))).rejects.toMatchObject({ code: "unsupported" });
  });

  test("a slice outside of the shape is refused, not clipped", async () => {
    await expect(read(file("little_u2.npy"), [[0, 4]])).rejects.toMatchObject({ code: "options" });
    await expect(
      read(file("little_u2.npy"), [
        [0, 1],
        [0, 1],
        [0, 1],
        [0, 1],
      ]),
    ).rejects.toMatchObject({ code: "options" });
  });

  test("more than the limit allows is refused before it is read", async () => {
    await expect(read(file("little_f8.npy"), undefined, { maxBytes: 100 })).rejects.toMatchObject({ code: "limit" });
  });
});

describe("files of NumPy from strangers", () => {
  const header = (text: string, data = new Uint8Array(64)) => {
    const bytes = new Uint8Array(10 + text.length + data.length);
    bytes.set([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0, text.length & 255, text.length >> 8]);
    bytes.set(new TextEncoder().encode(text), 10);
    bytes.set(data, 10 + text.length);
    return bytes;
  };

  test.each([
    ["a shape that lies", "{'descr': '<f8', 'fortran_order': False, 'shape': (99999, 99999), }\n"],
    ["a shape past 2^53", "{'descr': '<f8', 'fortran_order': False, 'shape': (9007199254740993,), }\n"],
    ["lengths whose product overflows", "{'descr': '<f8', 'fortran_order': False, 'shape': (4294967296, 4294967296, 4294967296), }\n"],
    ["a call", "{'descr': __import__('os').system('x'), 'fortran_order': False, 'shape': (1,), }\n"],
    ["a second shape", "{'descr': '<f8', 'fortran_order': False, 'shape': (1,), 'shape': (2,), }\n"],
    ["a missing key", "{'descr': '<f8', 'shape': (1,), }\n"],
    ["a negative length", "{'descr': '<f8', 'fortran_order': False, 'shape': (-1,), }\n"],
    ["brackets without end", `{'descr': ${"[".repeat(5000)}`],
    ["more after the dictionary", "{'descr': '<f8', 'fortran_order': False, 'shape': (1,), } + 1\n"],
  ])("%s is a typed error", async (_, text) => {
    await expect(read(header(text))).rejects.toMatchObject({ code: "format" });
  });

  test("truncation at every offset is a typed error", async () => {
    const bytes = file("little_u2.npy");
    for (let length = 0; length < bytes.length; length++) {
      await expect(read(bytes.slice(0, length)), String(length)).rejects.toMatchObject({ code: "format" });
    }
    console.log(`npy truncations: ${bytes.length} cases`);
  });

  test("flipped bits give an array or a typed error", async () => {
    const bytes = file("version2.npy");
    let refused = 0;
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const flipped = bytes.slice();
      flipped[bit >> 3]! ^= 1 << (bit & 7);
      try {
        await read(flipped);
      } catch (error) {
        if (!isSondeError(error)) throw error;
        refused += 1;
      }
    }
    console.log(`npy flipped bits: ${bytes.length * 8} cases, ${refused} refused`);
  });
});
