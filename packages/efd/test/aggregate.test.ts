import { isSondeError } from "@sonde/core";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { aggregate } from "../src/aggregate/aggregate.js";
import { exactMean, exactStdev } from "../src/aggregate/exact-moments.js";
import { mean, stdev } from "../src/aggregate/moments.js";
import { ascending } from "../src/aggregate/quantiles.js";
import { ratioToDouble, rootToDouble } from "../src/aggregate/rounding.js";

const runs = 3000;
const finite = fc.double({ noNaN: true, noDefaultInfinity: true });
const windows = fc.oneof(
  fc.array(finite, { minLength: 2, maxLength: 40 }),
  fc.array(fc.double({ min: -1e3, max: 1e3, noNaN: true }), { minLength: 2, maxLength: 200 }),
  // An offset that hides the differences, and values a few units in the last place apart.
  fc
    .tuple(fc.constantFrom(1e9, 1e16, -3.5e-5, 2 ** 52), fc.array(fc.integer({ min: -8, max: 8 }), { minLength: 2, maxLength: 30 }))
    .map(([offset, steps]) => steps.map((step) => offset + step * Math.abs(offset) * Number.EPSILON)),
  // What nearly cancels.
  fc
    .array(finite, { minLength: 1, maxLength: 10 })
    .chain((half) => fc.shuffledSubarray([...half, ...half.map((value) => -value), 1], { minLength: 2 })),
  fc.array(fc.constantFrom(5e-324, -5e-324, 2.2e-308, 1e308, -1e308, 0, -0, 1), { minLength: 2, maxLength: 12 }),
);

describe("aggregate", () => {
  test("gives all seven statistics in the aggregator's order", () => {
    expect(Object.entries(aggregate([4, 1, 3, 2]))).toEqual([
      ["min", 1],
      ["q1", 1.25],
      ["mean", 2.5],
      ["median", 2.5],
      ["stdev", 1.2909944487358056],
      ["q3", 3.75],
      ["max", 4],
    ]);
  });

  test("gives the asked statistics in the asked order", () => {
    expect(Object.entries(aggregate(Float64Array.of(1, 2), { operations: ["max", "q1"] }))).toEqual([
      ["max", 2],
      ["q1", 0.75],
    ]);
  });

  test("sums exactly where doubles cancel", () => {
    expect(aggregate([1e16, 1, -1e16], { operations: ["mean"] })).toEqual({ mean: 0.3333333333333333 });
  });

  test("gives the first value for every statistic of too few values", () => {
    expect(aggregate([4.25], { operations: ["stdev", "q1", "mean"] })).toEqual({ stdev: 4.25, q1: 4.25, mean: 4.25 });
    expect(aggregate([3, 1, 2], { minSampleSize: 4, operations: ["min", "max"] })).toEqual({ min: 3, max: 3 });
    expect(aggregate([7], { minSampleSize: 1, operations: ["min", "median"] })).toEqual({ min: 7, median: 7 });
  });

  test("keeps the digits of integers past 2^53", () => {
    const big = 2n ** 53n;
    expect(aggregate([big + 1n, big + 3n, big + 2n])).toEqual({
      min: 2 ** 53,
      q1: 2 ** 53,
      mean: 2 ** 53 + 2,
      median: 2 ** 53 + 2,
      stdev: 1,
      q3: 2 ** 53 + 4,
      max: 2 ** 53 + 4,
    });
    expect(aggregate([1, 2n], { operations: ["mean", "max"] })).toEqual({ mean: 1.5, max: 2 });
  });

  test("lets a NaN spoil what it touches, and min and max by Python's rule", () => {
    expect(aggregate([1, Number.NaN, 0])).toEqual({ min: 0, q1: NaN, mean: NaN, median: NaN, stdev: NaN, q3: NaN, max: 1 });
    expect(aggregate([Number.NaN, 1], { operations: ["min", "max"] })).toEqual({ min: NaN, max: NaN });
    expect(aggregate([1, Infinity, 2], { operations: ["mean", "median", "stdev"] })).toEqual({ mean: Infinity, median: 2, stdev: NaN });
    expect(aggregate([Infinity, -Infinity], { operations: ["mean"] })).toEqual({ mean: NaN });
  });

  test("refuses unknown statistics, repeated ones, no values, and quartiles of one value", () => {
    const attempts: (() => unknown)[] = [
      // @ts-expect-error: no such statistic
      () => aggregate([1], { operations: ["sum"] }),
      () => aggregate([1], { operations: ["min", "min"] }),
      () => aggregate([1], { operations: [] }),
      () => aggregate([]),
      () => aggregate([1], { minSampleSize: 1 }),
      () => aggregate([1], { minSampleSize: 0 }),
      () => aggregate([1], { minSampleSize: 1.5, operations: ["min"] }),
    ];
    for (const attempt of attempts) expect(attempt).toThrow(expect.toSatisfy((error) => isSondeError(error, "options")));
  });
});

describe("moments", () => {
  test(`are those of exact arithmetic (${runs} windows)`, () => {
    fc.assert(
      fc.property(windows, (values) => {
        const centre = mean(values);
        expect(centre).toBe(exactMean(values));
        expect(stdev(values, centre)).toBe(exactStdev(values));
      }),
      { numRuns: runs },
    );
  });

  test("are decided without integers for what instruments give", () => {
    // A million of them would take minutes in integers.
    const started = performance.now();
    const values = Float64Array.from({ length: 10 }, (_, index) => Math.sin(index) * 10);
    for (let index = 0; index < 100_000; index++) stdev(values, mean(values));
    expect(performance.now() - started).toBeLessThan(1500);
  });

  test("turn to integers where pairs of doubles can't decide", () => {
    // Halfway between two doubles.
    expect(mean([1, 1 + Number.EPSILON])).toBe(1);
    expect(mean([1 + Number.EPSILON, 1 + 2 * Number.EPSILON])).toBe(1 + 2 * Number.EPSILON);
    expect(mean([1e308, 1e308, 1.5e308])).toBe(exactMean([1e308, 1e308, 1.5e308]));
    expect(stdev([0, 5e-324], 0)).toBe(5e-324);
    expect(stdev([1.7e308, -1.7e308], 0)).toBe(Infinity);
    const many = Float64Array.from({ length: 200_000 }, (_, index) => (index % 7) * 0.1);
    expect(mean(many)).toBe(exactMean(many));
  });
});

describe("rounding", () => {
  test(`of a ratio of two integers below 2^53 is that of the division (${runs} ratios)`, () => {
    const integer = fc.bigInt({ min: 1n, max: 2n ** 53n });
    fc.assert(
      fc.property(integer, integer, fc.integer({ min: -1000, max: 900 }), (a, b, exponent) => {
        expect(ratioToDouble(a, b)).toBe(Number(a) / Number(b));
        expect(ratioToDouble(-a, b)).toBe(-Number(a) / Number(b));
        // Scaling is exact, but for what leaves the normal doubles.
        const scaled = (Number(a) / Number(b)) * 2 ** exponent;
        if (Math.abs(scaled) > 2 ** -1000) expect(ratioToDouble(a, b, exponent)).toBe(scaled);
        expect(rootToDouble(a, 1n)).toBe(Math.sqrt(Number(a)));
      }),
      { numRuns: runs },
    );
  });

  test("of subnormal results goes to even once", () => {
    expect(ratioToDouble(1n, 2n, -1074)).toBe(0);
    expect(ratioToDouble(3n, 2n, -1074)).toBe(1e-323);
    expect(ratioToDouble(2n ** 60n + 1n, 2n ** 61n, -1074)).toBe(5e-324);
  });
});

test("sorting keeps the order of equal values, of 0 and -0 too", () => {
  for (const length of [5, 300]) {
    const values = Float64Array.from({ length }, (_, index) => (index % 3 === 0 ? -0 : 0));
    expect([...ascending(values)]).toEqual([...values]);
    const mixed = Float64Array.from({ length }, (_, index) => Math.sin(index * 7));
    expect([...ascending(mixed)]).toEqual([...mixed].sort((a, b) => a - b));
  }
});
