import { arrowType, batchOf, fieldOf, schemaOf, timeField } from "@sonde/core/connector";
import fc from "fast-check";
import { expect, test } from "vitest";
import { bruteForce, close, floorTo, toleranceOf, wholeWindows, windowsOf } from "../src/brute-force.js";
import { equal } from "../src/equal.js";
import { bytesOf, rowsOf } from "../src/rows.js";
import { statisticOf } from "./lab/window-statistics.js";

const runs = 2000;

test(`statistics the long way equal those in one pass (${runs} cases)`, () => {
  const values = fc.array(fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e6, max: 1e6 }), { maxLength: 50 });
  fc.assert(
    fc.property(values, (values) => {
      for (const statistic of ["min", "max", "mean", "sum", "count", "stddev", "median"] as const) {
        if (values.length === 0 && statistic === "sum") continue;
        expect(close(statisticOf(statistic, values), bruteForce(statistic, values, {}), toleranceOf(statistic, values, {}))).toBe(true);
      }
    }),
    { numRuns: runs },
  );
});

test(`whole windows hold the range and stand at multiples, before the epoch too (${runs} cases)`, () => {
  const time = fc.bigInt({ min: -(2n ** 61n), max: 2n ** 61n });
  fc.assert(
    fc.property(time, fc.bigInt({ min: 1n, max: 2n ** 40n }), fc.bigInt({ min: 1n, max: 2n ** 40n }), (start, length, width) => {
      const range = { start, end: start + length };
      const whole = wholeWindows(range, width);
      expect(whole.start % width).toBe(0n);
      expect(whole.end % width).toBe(0n);
      expect(whole.start <= range.start && range.start - whole.start < width).toBe(true);
      expect(whole.end >= range.end && whole.end - range.end < width).toBe(true);
      expect(floorTo(start, width)).toBe(whole.start);
    }),
    { numRuns: runs },
  );
});

const schema = schemaOf([
  timeField(),
  fieldOf("value", arrowType.float64(), {}, true),
  fieldOf("text", arrowType.utf8(), {}, true),
  fieldOf("wave", arrowType.fixedSizeList(arrowType.int16(), 4)),
]);
const batch = batchOf(schema, {
  time: BigInt64Array.of(-1n, 0n, 0n, 5n),
  value: [1, null, Number.NaN, -0],
  text: ["abc", null, "", "ü"],
  wave: Int16Array.from({ length: 16 }, (_, index) => index),
});

test("rows are gathered exactly over batches that are cut anywhere", () => {
  const whole = rowsOf([batch]);
  expect(whole.columns.get("value")).toEqual([1, null, Number.NaN, -0]);
  expect([...windowsOf(whole, 5n)]).toEqual([
    [-5n, [0]],
    [0n, [1, 2]],
    [5n, [3]],
  ]);
  for (let cut = 0; cut <= 4; cut++) expect(equal(rowsOf([batch.slice(0, cut), batch.slice(cut)]).columns, whole.columns)).toBe(true);
});

test("the bytes of a slice are its own, not those of what it was cut from", () => {
  expect(bytesOf(batch.data)).toBe(4 * 8 + 4 * 8 + (5 * 4 + 5) + 16 * 2);
  expect(bytesOf(batch.slice(0, 1).data)).toBe(8 + 8 + (2 * 4 + 3) + 4 * 2);
});

test("values are equal by kind and element, NaN to itself, and -0 not to 0", () => {
  const pairs: [unknown, unknown, boolean][] = [
    [Number.NaN, Number.NaN, true],
    [0, -0, false],
    [Float32Array.of(1), Float64Array.of(1), false],
    [Float32Array.of(1), Float32Array.of(1), true],
    [{ a: [1n] }, { a: [1n] }, true],
    [{ a: undefined }, { b: undefined }, false],
    [new Date(5), new Date(5), true],
    [new Map([["a", 1]]), new Map([["a", 2]]), false],
    [null, {}, false],
    [1, 1n, false],
  ];
  for (const [a, b, same] of pairs) expect(equal(a, b)).toBe(same);
});
