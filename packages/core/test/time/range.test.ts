import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { maxNanos, minNanos } from "../../src/time/nanos.js";
import { contains, intersect, isEmpty, roundOutward } from "../../src/time/range.js";
import { failure, holds } from "./property.js";

const small = fc.bigInt({ min: -50n, max: 50n });
const range = fc.record({ start: small, end: small });

describe("a range", () => {
  test("holds its start and not its end", () => {
    const one = { start: 1n, end: 2n };
    expect([0n, 1n, 2n].map((time) => contains(one, time))).toEqual([false, true, false]);
    expect(isEmpty(one)).toBe(false);
    expect(isEmpty({ start: 2n, end: 2n })).toBe(true);
    expect(isEmpty({ start: 3n, end: 2n })).toBe(true);
  });

  test("shares with another exactly the instants that both hold", () => {
    holds("intersections", [range, range, small], (a, b, time) => {
      const both = intersect(a, b);
      expect(contains(both, time)).toBe(contains(a, time) && contains(b, time));
      expect(both.end >= both.start).toBe(true);
    });
  });

  test("is rounded outward to whole windows from the epoch, on both sides of it", () => {
    expect(roundOutward({ start: -1n, end: 1n }, 10n)).toEqual({ start: -10n, end: 10n });
    expect(roundOutward({ start: -10n, end: 0n }, 10n)).toEqual({ start: -10n, end: 0n });
    expect(roundOutward({ start: 11n, end: 21n }, 10n)).toEqual({ start: 10n, end: 30n });
    expect(isEmpty(roundOutward({ start: 15n, end: 15n }, 10n))).toBe(true);
    holds("rounding", [range, fc.bigInt({ min: 1n, max: 20n })], (given, width) => {
      const whole = roundOutward(given, width);
      expect([whole.start % width, whole.end % width]).toEqual([0n, 0n]);
      expect(isEmpty(whole)).toBe(isEmpty(given));
      if (isEmpty(given)) return;
      expect(given.start - whole.start >= 0n && given.start - whole.start < width).toBe(true);
      expect(whole.end - given.end >= 0n && whole.end - given.end < width).toBe(true);
    });
  });

  test("is not rounded to windows of no width or beyond 64 bits", () => {
    expect(failure(() => roundOutward({ start: 0n, end: 1n }, 0n))).toContain("must be positive");
    expect(failure(() => roundOutward({ start: 0n, end: 1n }, -5n))).toContain("must be positive");
    expect(failure(() => roundOutward({ start: minNanos, end: 0n }, 1000n))).toContain("beyond");
    expect(failure(() => roundOutward({ start: 0n, end: maxNanos }, 1000n))).toContain("beyond");
  });
});
