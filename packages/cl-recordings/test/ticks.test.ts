import { clockOf, ticksToTimes } from "@sonde/core";
import fc from "fast-check";
import { expect, test } from "vitest";
import { isAscending, leastTick } from "../src/events/row-order.js";
import { timesOf } from "../src/recording/clock.js";

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

test("gives the times of ticks as core does, whether a tick lasts whole nanoseconds or not", () => {
  const ascending = fc
    .array(fc.bigInt({ min: -(2n ** 40n), max: 2n ** 40n }), { maxLength: 20 })
    .map((ticks) => BigInt64Array.from(ticks).sort());
  fc.assert(
    fc.property(
      ascending,
      fc.constantFrom("25000", "24000", "1000", "30000", "1000000000"),
      fc.bigInt({ min: -(2n ** 59n), max: 2n ** 59n }),
      (ticks, hertz, origin) => {
        const clock = clockOf({ hertz, origin });
        expect(timesOf(clock, ticks)).toEqual(ticksToTimes(clock, ticks));
      },
    ),
    { numRuns: 1000 },
  );
  const clock = clockOf({ hertz: "25000", origin: 0n });
  expect(() => timesOf(clock, BigInt64Array.of(0n, 2n ** 60n))).toThrow(/64-bit/);
  console.log("1000 columns of ticks");
});
