import fc from "fast-check";
import { expect, test } from "vitest";
import { isAscending, leastTick } from "../src/events/row-order.js";

const tick = fc.oneof(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), fc.bigInt({ min: -3n, max: 3n }), fc.constant(2n ** 32n));

test("tells ticks in order from others by their halves, at any size and sign", () => {
  let ascending = 0;
  fc.assert(
    fc.property(fc.array(tick, { maxLength: 6 }), tick, fc.boolean(), (ticks, before, sort) => {
      if (sort) ticks.sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
      const expected = ticks.every((value, k) => value >= (ticks[k - 1] ?? before));
      if (expected) ascending++;
      expect(isAscending(BigInt64Array.from(ticks), before)).toBe(expected);
    }),
    { numRuns: 2000 },
  );
  expect(ascending).toBeGreaterThan(100);
  expect(isAscending(BigInt64Array.of(leastTick, leastTick), leastTick)).toBe(true);
  console.log(`2000 lists of ticks, ${ascending} of them in order`);
});
