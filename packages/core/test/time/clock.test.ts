import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ticksToTimes, tickToTime, timeToTick } from "../../src/time/clock.js";
import { clockOf } from "../../src/time/frequency.js";
import { maxNanos, minNanos } from "../../src/time/nanos.js";
import type { Clock } from "../../src/time/types.js";
import { failure, holds } from "./property.js";

const origin = 1_500_000_000_000_000_000n;
const frequencies = ["30000", "44100", "7", "999999937", "25000", "29.97", "0.001", "30000/1001", "1000000000"];

describe.each(frequencies)("a clock of %s Hz", (hertz) => {
  const clock = clockOf({ hertz, origin });
  // What both a tick and its time can be in 64 bits: near 1 GHz the ticks end first.
  const earliest = (minNanos - origin) * clock.ticks;
  const first = earliest < minNanos * clock.per ? minNanos : earliest / clock.per;
  const last = timeToTick(clock, maxNanos) - 1n;
  const tick = fc.bigInt({ min: first, max: last });

  test("gives every tick its time and every time its tick", () => {
    holds(`ticks of ${hertz} Hz`, [tick], (k) => {
      const time = tickToTime(clock, k);
      const exact = (k * clock.per) % clock.ticks;
      expect((time - origin) * clock.ticks).toBe(k * clock.per - (exact < 0n ? exact + clock.ticks : exact));
      expect(timeToTick(clock, time)).toBe(k);
    });
  });

  test("gives the first tick at or after any time", () => {
    const time = fc.bigInt({ min: tickToTime(clock, first), max: tickToTime(clock, last) });
    holds(`times of ${hertz} Hz`, [time], (at) => {
      const k = timeToTick(clock, at);
      expect(tickToTime(clock, k) >= at).toBe(true);
      if (k > first) expect(tickToTime(clock, k - 1n) < at).toBe(true);
    });
  });

  test("converts columns as it converts single ticks, over the whole range", () => {
    holds(
      `columns of ${hertz} Hz`,
      [fc.array(tick, { maxLength: 50 })],
      (list) => {
        expect([...ticksToTimes(clock, BigInt64Array.from(list))]).toEqual(list.map((k) => tickToTime(clock, k)));
      },
      500,
    );
    const ends = BigInt64Array.of(last, first, 0n, -1n, 1n);
    expect([...ticksToTimes(clock, ends)]).toEqual([...ends].map((k) => tickToTime(clock, k)));
  });

  test("refuses ticks and times beyond 64 bits", () => {
    expect(failure(() => tickToTime(clock, last + 2n), "limit")).toContain("does not fit");
    if (first > minNanos) expect(failure(() => tickToTime(clock, first - 2n), "limit")).toContain("does not fit");
    if (last + 2n <= maxNanos)
      expect(failure(() => ticksToTimes(clock, BigInt64Array.of(0n, last + 2n)), "limit")).toContain("does not fit");
    if (first - 2n >= minNanos) expect(failure(() => ticksToTimes(clock, BigInt64Array.of(first - 2n)), "limit")).toContain("does not fit");
  });
});

describe("a clock", () => {
  test("turns half-open bounds of time into half-open bounds of ticks", () => {
    const clock = clockOf({ hertz: "44100", origin });
    const times = ticksToTimes(
      clock,
      BigInt64Array.from({ length: 1000 }, (_, k) => BigInt(k)),
    );
    for (const [start, end] of [
      [origin, origin + 1_000_000n],
      [times[7]!, times[9]!],
      [times[7]! + 1n, times[9]! + 1n],
    ] as const) {
      const byTime = [...times.keys()].filter((k) => times[k]! >= start && times[k]! < end);
      const [from, to] = [timeToTick(clock, start), timeToTick(clock, end)];
      expect(byTime).toEqual([...times.keys()].filter((k) => BigInt(k) >= from && BigInt(k) < to));
    }
  });

  test("is exact for fast clocks and long columns", () => {
    const clock: Clock = { origin: -7n, ticks: 1_000_003n, per: 999_999_999_989n };
    const ticks = BigInt64Array.from({ length: 10_000 }, (_, k) => BigInt(k - 5000) * 987_654_321n);
    const times = ticksToTimes(clock, ticks);
    for (const [row, tick] of ticks.entries()) if (times[row] !== tickToTime(clock, tick)) expect(times[row]).toBe(tickToTime(clock, tick));
  });

  test("must run", () => {
    for (const clock of [
      { origin, ticks: 0n, per: 1n },
      { origin, ticks: 1n, per: 0n },
      { origin, ticks: -1n, per: -1n },
    ]) {
      expect(failure(() => tickToTime(clock, 0n))).toContain("positive");
      expect(failure(() => timeToTick(clock, 0n))).toContain("positive");
      expect(failure(() => ticksToTimes(clock, new BigInt64Array(0)))).toContain("positive");
    }
  });

  test("refuses ticks whose tick number is beyond 64 bits", () => {
    expect(failure(() => timeToTick({ origin: 0n, ticks: 1000n, per: 1n }, maxNanos), "limit")).toContain("tick");
  });
});

describe("a frequency", () => {
  test("is a ratio in lowest terms", () => {
    expect(clockOf({ hertz: "25000", origin })).toEqual({ origin, ticks: 1n, per: 40_000n });
    expect(clockOf({ hertz: 25000n, origin })).toEqual({ origin, ticks: 1n, per: 40_000n });
    expect(clockOf({ hertz: "44100", origin })).toEqual({ origin, ticks: 441n, per: 10_000_000n });
    expect(clockOf({ hertz: "29.97", origin })).toEqual({ origin, ticks: 2997n, per: 100_000_000_000n });
    expect(clockOf({ hertz: "30000/1001", origin })).toEqual({ origin, ticks: 3n, per: 100_100_000n });
    expect(clockOf({ hertz: "0.5", origin })).toEqual({ origin, ticks: 1n, per: 2_000_000_000n });
  });

  test("is refused as a plain number, with the text to write", () => {
    expect(failure(() => clockOf({ hertz: 29.97 as unknown as string, origin }))).toContain('write "29.97"');
  });

  test.each(["", "0", "0.0", "-5", "5 Hz", "1e3", "1/0", "0/1", "1.5/2", ".5", "5.", "NaN", "0.0000000000000000001", "1".repeat(30)])(
    "is refused as %j",
    (hertz) => {
      expect(failure(() => clockOf({ hertz, origin }))).toContain("hertz");
    },
  );

  test("is refused where its ratio needs more than 64 bits", () => {
    expect(failure(() => clockOf({ hertz: "123456789.123456789123", origin }))).toContain("digits");
    expect(failure(() => clockOf({ hertz: -1n, origin }))).toContain("positive");
    expect(failure(() => clockOf({ hertz: 1n << 80n, origin }))).toContain("digits");
  });
});
