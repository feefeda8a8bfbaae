import { toNanos } from "@sonde/core";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ticksIn, timeText } from "../src/time/zones.js";
import { viewFromHash, viewToHash } from "../src/view/hash.js";
import { between, fractionOf, panned, timeAt, zoomed } from "../src/view/range.js";
import { emptyView, tabs, themeNames, type View } from "../src/view/view.js";

const nanos = fc.bigInt(-(2n ** 63n), 2n ** 63n - 1n);
const name = fc.string({ minLength: 1, maxLength: 12, unit: "grapheme" });
const view: fc.Arbitrary<View> = fc.record(
  {
    traces: fc.array(fc.record({ source: name, stream: name, column: name }), { maxLength: 4 }),
    tab: fc.constantFrom(...tabs),
    zone: fc.constantFrom("UTC", "TAI", "ns", "Europe/Zurich"),
    theme: fc.constantFrom(...themeNames),
    open: fc.record({ source: name, stream: name }),
    window: fc.oneof(
      fc
        .tuple(nanos, nanos)
        .filter(([a, b]) => a < b)
        .map(([start, end]) => ({ start, end })),
      fc.bigInt(1n, 2n ** 62n).map((now) => ({ now })),
      fc.bigInt(1n, 2n ** 62n).map((last) => ({ last })),
    ),
    a: nanos,
    b: nanos,
  },
  { requiredKeys: ["traces", "tab", "zone", "theme"] },
);

describe("a permalink", () => {
  test("gives back the view, every nanosecond and every name of it", () => {
    const cases = fc.property(view, (one) => {
      expect(viewFromHash(viewToHash(one))).toEqual(one);
      // As a browser gives it back.
      expect(viewFromHash(new URL(`http://host/#${viewToHash(one)}`).hash)).toEqual(one);
    });
    console.log(`${fc.check(cases, { numRuns: 500 }).numRuns} cases`);
    fc.assert(cases, { numRuns: 500 });
  });

  test("of no view, another version or damage is none, whatever it is", () => {
    for (const hash of [
      "",
      "#",
      "#code=1234",
      "#v=2",
      "#v=1&from=1",
      "#v=1&from=2&to=1",
      "#v=1&t=a%",
      "#v=1&t=a/b/c/d",
      "#v=1&theme=neon",
    ]) {
      expect(viewFromHash(hash)).toBeUndefined();
    }
    fc.assert(fc.property(fc.string(), (text) => void viewFromHash(`v=1&${text}`)));
  });

  test("is short, and can be read", () => {
    const one: View = { ...emptyView, traces: [{ source: "grid", stream: "USEAST/1", column: "value" }], window: { start: 1n, end: 2n } };
    expect(viewToHash(one)).toBe("v=1&t=grid/USEAST%2F1/value&from=1&to=2");
  });
});

describe("ranges", () => {
  const range = { start: 1_500_000_000_000_000_000n, end: 1_531_536_000_000_000_000n };

  test("zoom from a year to nanoseconds and stay at the pointer", () => {
    const wanted = timeAt(range, 0.3);
    let shown = range;
    while (shown.end - shown.start > 100n) {
      const at = fractionOf(shown, wanted);
      shown = zoomed(shown, 0.5, at);
      expect(shown.start <= wanted && wanted <= shown.end).toBe(true);
    }
    expect(zoomed({ start: 0n, end: 4n }, 0.1)).toEqual({ start: 0n, end: 4n });
  });

  test("never leave the nanoseconds of 64 bits", () => {
    const cases = fc.property(
      nanos,
      nanos,
      fc.double({ min: 0.01, max: 100, noNaN: true }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (a, b, factor, at) => {
        for (const { start, end } of [zoomed(between(a, b), factor, at), panned(between(a, b), at * 20 - 10)]) {
          expect(start < end && start >= -(2n ** 63n) && end < 2n ** 63n).toBe(true);
        }
      },
    );
    console.log(`${fc.check(cases).numRuns} cases`);
    fc.assert(cases);
  });
});

describe("times", () => {
  const time = toNanos("2020-08-07T22:00:00.000000001Z");
  const context = { origin: time - 1_500n, clock: { origin: time - 10n, ticks: 1n, per: 5n } };

  test("are text in every zone, to the nanosecond", () => {
    expect(timeText(time, "UTC", context)).toBe("2020-08-07T22:00:00.000000001Z");
    expect(timeText(time, "TAI", context)).toBe("2020-08-07T22:00:37.000000001 TAI");
    expect(timeText(time, "Asia/Kolkata", context)).toBe("2020-08-08T03:30:00.000000001+05:30");
    expect(timeText(time, "ns", context)).toBe("1596837600000000001");
    expect(timeText(time, "relative", context)).toBe("+1.5us");
    expect(timeText(time, "ticks", context)).toBe("tick 2");
  });

  test("have round ticks in every zone, inside the range and ascending", () => {
    for (const zone of ["UTC", "TAI", "ns", "relative", "ticks", "Asia/Kolkata"]) {
      for (const span of [10n, 3_600_000_000_000n, 86_400_000_000_000_000n]) {
        const range = { start: time, end: time + span };
        const { ticks } = ticksIn(range, 8, zone, { ...context, clock: { origin: time, ticks: 1n, per: 1n } });
        expect(ticks.length, `${zone} ${span}`).toBeGreaterThan(0);
        expect(ticks.length, `${zone} ${span}`).toBeLessThan(14);
        for (const [index, tick] of ticks.entries()) {
          expect(tick.time >= range.start && tick.time < range.end).toBe(true);
          if (index > 0) expect(tick.time > ticks[index - 1]!.time).toBe(true);
        }
      }
    }
  });
});
