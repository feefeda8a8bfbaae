import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { withDefaults } from "../src/limits.js";
import { bytesOf, callBytes, checkedBytes, pieces, rowsPerBlock, type Selection, selectionOf } from "../src/selection.js";

const dimension = fc.tuple(fc.nat(6), fc.nat(6)).map(([offset, count]) => ({ offset, count }));
const selections = fc
  .array(dimension, { minLength: 1, maxLength: 4 })
  .map((box): Selection => ({ offset: box.map(({ offset }) => offset), count: box.map(({ count }) => count) }));

/** Every index of a box, in row-major order. */
function indices({ offset, count }: Selection): string[] {
  let all: number[][] = [[]];
  offset.forEach((start, k) => {
    all = all.flatMap((index) => Array.from({ length: count[k] ?? 0 }, (_, step) => [...index, start + step]));
  });
  return all.map(String);
}

describe("pieces", () => {
  test("of a box hold every value once, in row-major order, within the budget", () => {
    let cases = 0;
    fc.assert(
      fc.property(selections, fc.integer({ min: 1, max: 16 }), fc.integer({ min: 1, max: 200 }), (selection, valueBytes, budget) => {
        const parts = [...pieces(selection, valueBytes, budget)];
        expect(parts.flatMap(indices)).toEqual(indices(selection));
        for (const part of parts) expect(bytesOf(part, valueBytes)).toBeLessThanOrEqual(Math.max(budget, valueBytes));
        cases++;
      }),
      { numRuns: 1000 },
    );
    console.log(`boxes cut: ${cases}`);
  });

  test("of a scalar are the scalar", () => {
    expect([...pieces({ offset: [], count: [] }, 8)]).toEqual([{ offset: [], count: [] }]);
  });
});

describe("sizes", () => {
  test("are computed without losing a digit, and refused before they are numbers", () => {
    const limits = withDefaults();
    const box = selectionOf([2 ** 52, 2 ** 52], undefined, undefined, "f:/d");
    expect(() => checkedBytes(box, 8, 100, limits, "f:/d")).toThrow(
      expect.objectContaining({ code: "limit", asked: 2n ** 107n, allowed: 2 ** 28 }),
    );
    expect(checkedBytes({ offset: [0], count: [1000] }, 4, 100, limits, "f:/d")).toBe(4000);
    expect(() => checkedBytes({ offset: [0], count: [2 ** 25] }, 4, 1000, limits, "f:/d")).toThrow(
      expect.objectContaining({ option: "limits.maxRatio" }),
    );
  });

  test("of blocks are whole chunks where those fit", () => {
    expect(rowsPerBlock(128, 256) % 256).toBe(0);
    expect(rowsPerBlock(309, 1696) % 1696).toBe(0);
    expect(rowsPerBlock(2 ** 30, 1)).toBe(1);
    expect(rowsPerBlock(1, 2 ** 22 + 1)).toBe(2 ** 22 + 1);
    expect(rowsPerBlock(0, 1)).toBeGreaterThan(0);
    const limits = withDefaults();
    expect(callBytes([256, 64], 2, limits)).toBe(2 ** 22);
    // A frame of a detector is one chunk, and is inflated once.
    expect(callBytes([1, 4096, 4096], 2, limits)).toBe(2 ** 25);
    expect(callBytes([2 ** 30], 8, limits)).toBe(limits.maxChunkBytes);
    expect(callBytes(null, 8, limits)).toBe(2 ** 22);
  });
});
