import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { toNanos } from "../../src/time/instant.js";
import { endsLeapSecond, leapSeconds, leapSecondsExpiry } from "../../src/time/leap-seconds.js";
import { maxNanos } from "../../src/time/nanos.js";
import { taiMinusUtc, taiToUtc, utcToTai } from "../../src/time/tai.js";
import { failure, holds } from "./property.js";

const second = 1_000_000_000n;

describe("the leap-second table", () => {
  test("has the steps of leap-seconds.list, which counts seconds since 1900", () => {
    const listed = [
      2272060800, 2287785600, 2303683200, 2335219200, 2366755200, 2398291200, 2429913600, 2461449600, 2492985600, 2524521600, 2571782400,
      2603318400, 2634854400, 2698012800, 2776982400, 2840140800, 2871676800, 2918937600, 2950473600, 2982009600, 3029443200, 3076704000,
      3124137600, 3345062400, 3439756800, 3550089600, 3644697600, 3692217600,
    ];
    const since1900 = 2208988800n;
    expect(leapSeconds.map((step) => step.from / second + since1900)).toEqual(listed.map(BigInt));
    expect(leapSeconds.map((step) => step.taiMinusUtc / second)).toEqual(listed.map((_, index) => BigInt(10 + index)));
    expect(leapSecondsExpiry).toBe((4023129600n - since1900) * second);
    expect(leapSecondsExpiry).toBe(toNanos("2027-06-28"));
  });

  test("knows 27 leap seconds and can't be changed", () => {
    expect(leapSeconds.filter((step) => endsLeapSecond(step.from))).toHaveLength(27);
    expect(endsLeapSecond(toNanos("1972-01-01"))).toBe(false);
    expect(Object.isFrozen(leapSeconds) && leapSeconds.every(Object.isFrozen)).toBe(true);
  });
});

describe("TAI", () => {
  test("is ahead of UTC by whole seconds since 1972", () => {
    expect(taiMinusUtc(toNanos("1972-01-01"))).toBe(10n * second);
    expect(taiMinusUtc(toNanos("2016-12-31T23:59:59.999999999Z"))).toBe(36n * second);
    expect(taiMinusUtc(toNanos("2017-01-01"))).toBe(37n * second);
    expect(taiMinusUtc(leapSecondsExpiry + 1n)).toBe(37n * second);
    expect(utcToTai(toNanos("2024-01-01")) - toNanos("2024-01-01")).toBe(37n * second);
  });

  test("counts the leap second that POSIX time repeats", () => {
    const midnight = toNanos("2017-01-01");
    const before = utcToTai(midnight - 1n);
    expect(utcToTai(midnight) - before).toBe(second + 1n);
    // 23:59:60.5 is read as the text of it is.
    expect(taiToUtc(before + 1n + second / 2n)).toBe(toNanos("2016-12-31T23:59:60.5Z"));
    expect(taiToUtc(before + 1n + second + second / 2n)).toBe(midnight + second / 2n);
  });

  test("is turned back exactly, near every leap second too", () => {
    const since1972 = fc.bigInt({ min: toNanos("1972-01-01"), max: maxNanos - 37n * second });
    holds("TAI and back", [since1972], (utc) => expect(taiToUtc(utcToTai(utc))).toBe(utc), 10_000);
    const offsets = fc.bigInt({ min: -3n * second, max: 3n * second });
    holds("TAI near leap seconds", [fc.constantFrom(...leapSeconds.slice(1)), offsets], (step, offset) => {
      expect(taiToUtc(utcToTai(step.from + offset))).toBe(step.from + offset);
    });
  });

  test("is refused before 1972 and beyond 64 bits", () => {
    const start = toNanos("1972-01-01");
    expect(failure(() => taiMinusUtc(start - 1n), "unsupported")).toContain("1972");
    expect(failure(() => utcToTai(start - 1n), "unsupported")).toContain("1972");
    expect(failure(() => taiToUtc(start + 10n * second - 1n), "unsupported")).toContain("1972");
    expect(taiToUtc(start + 10n * second)).toBe(start);
    expect(failure(() => utcToTai(maxNanos), "limit")).toContain("does not fit");
  });
});
