import vm from "node:vm";
import fc from "fast-check";
import { afterEach, describe, expect, test } from "vitest";
import { isSondeError } from "../../src/errors.js";
import { formatNanos } from "../../src/time/format.js";
import { toNanos } from "../../src/time/instant.js";
import { maxNanos, minNanos } from "../../src/time/nanos.js";
import type { Instant } from "../../src/time/types.js";
import { anyNanos, failure, holds } from "./property.js";

const refused = (value: unknown) => failure(() => toNanos(value as Instant));

describe("an instant", () => {
  test("passes bigints through, to both ends of 64 bits", () => {
    for (const nanos of [0n, -1n, 1500000000000000001n, minNanos, maxNanos]) expect(toNanos(nanos)).toBe(nanos);
    expect(refused(maxNanos + 1n)).toContain("outside the nanoseconds of 64 bits");
    expect(refused(minNanos - 1n)).toContain("outside the nanoseconds of 64 bits");
  });

  test("takes a Date by its milliseconds, from another realm too, and refuses an invalid one", () => {
    expect(toNanos(new Date(1500000000123))).toBe(1500000000123000000n);
    expect(toNanos(new Date(-1))).toBe(-1000000n);
    expect(toNanos(vm.runInNewContext("new Date(5)") as Date)).toBe(5000000n);
    expect(refused(new Date(Number.NaN))).toContain("invalid");
    expect(refused(new Date(8.64e15))).toContain("outside");
  });

  test("takes what Temporal calls an exact time", () => {
    expect(toNanos({ epochNanoseconds: 123456789n })).toBe(123456789n);
    expect(refused({ epochNanoseconds: 1.5 })).toContain("Temporal.Instant");
    expect(refused({ epochNanoseconds: 1n << 64n })).toContain("outside");
    expect(refused({})).toContain("Temporal.Instant");
  });

  test("refuses a plain number with the very line to write instead", () => {
    expect(refused(1500000000000)).toBe(
      'a plain number is ambiguous: write 1500000000000n (nanoseconds), new Date(1500000000000) for milliseconds, or "2017-07-14T02:40:00Z"',
    );
    expect(refused(1500000000)).toBe(
      'a plain number is ambiguous: write 1500000000n (nanoseconds), new Date(1500000000 * 1000) for seconds, or "2017-07-14T02:40:00Z"',
    );
    expect(refused(1.5e18)).toBe('a plain number is ambiguous: write 1500000000000000000n (nanoseconds), or "2017-07-14T02:40:00Z"');
    expect(refused(1e300)).toContain("ambiguous");
    expect(refused(Number.NaN)).toContain("NaN is not a time");
  });

  test("refuses everything that is no instant", () => {
    const impostors = [{ [Symbol.toStringTag]: "Date" }, Object.create(Date.prototype), Object.create(null)];
    for (const value of [undefined, null, true, Symbol("t"), () => 0n, [], ["2024-01-01"], new Map(), ...impostors]) refused(value);
  });
});

describe("text of a time", () => {
  const same: readonly (readonly [string, bigint])[] = [
    ["1970-01-01T00:00:00Z", 0n],
    ["1970-01-01", 0n],
    ["2020-08-07T22:00Z", 1596837600000000000n],
    ["2020-08-07T22:00", 1596837600000000000n],
    ["2020-08-07 22:00:00", 1596837600000000000n],
    ["2020-08-07t22:00:00z", 1596837600000000000n],
    ["2020-08-08T03:30:00+05:30", 1596837600000000000n],
    ["2020-08-08T03:30:00+0530", 1596837600000000000n],
    ["2020-08-08T03:00+05", 1596837600000000000n],
    ["2020-08-07T22:00:00-00:00", 1596837600000000000n],
    ["2020-08-07T24:00:00Z", 1596844800000000000n],
    ["2020-08-07T24:00", 1596844800000000000n],
    ["2024-02-29", 1709164800000000000n],
    ["2000-02-29T00:00:00Z", 951782400000000000n],
    ["2018-01-01T12:30:00.000000001Z", 1514809800000000001n],
    ["2018-01-01T12:30:00,5Z", 1514809800500000000n],
    ["2018-01-01T12:30:00.123456Z", 1514809800123456000n],
    ["1969-12-31T23:59:59.999999999Z", -1n],
    ["+002020-08-07T22:00:00Z", 1596837600000000000n],
    ["1677-09-21T00:12:43.145224192Z", minNanos],
    ["2262-04-11T23:47:16.854775807Z", maxNanos],
  ];
  test.each(same)("reads %s", (text, nanos) => {
    expect(toNanos(text)).toBe(nanos);
  });

  test("reads offsets with seconds, as local mean times have them", () => {
    expect(toNanos("1883-11-18T12:03:58-04:56:02")).toBe(toNanos("1883-11-18T17:00:00Z"));
  });

  const wrong: readonly (readonly [string, string])[] = [
    ["", "year"],
    ["2023-02-29", "no day 29"],
    ["1900-02-29", "no day 29"],
    ["2023-02-30T00:00:00Z", "no day 30"],
    ["2023-04-31", "no day 31"],
    ["2023-00-01", "no month 0"],
    ["2023-13-01", "no month 13"],
    ["2023-01-00", "no day 0"],
    ["2023-01-01T24:00:01Z", "hour 24"],
    ["2023-01-01T24:00:00.000000001Z", "hour 24"],
    ["2023-01-01T25:00:00Z", "no hour 25"],
    ["2023-01-01T00:60:00Z", "no minute 60"],
    ["2023-01-01T00:00:61Z", "no second 61"],
    ["2023-01-01T00:00:60Z", "leap second"],
    ["2023-01-01T00Z", "time of day"],
    ["2023-01-01T00:00:00.Z", "no digits"],
    ["2023-01-01T00:00:00.1234567890Z", "finer than a nanosecond"],
    ["2023-01-01T00:00:00+24:00", "offset"],
    ["2023-01-01T00:00:00+05:60", "offset"],
    ["2023-01-01T00:00:00+5", "offset"],
    ["2023-01-01T00:00:00+05:3", "offset"],
    ["2023-01-01T00:00:00+0530:00", "offset"],
    ["2023-01-01T00:00:00Zulu", "follows the Z"],
    ["2023-01-01T00:00:00 Z", "neither Z nor an offset"],
    ["2023-01-01Z", "T and a time of day"],
    ["2023-01-01T", "time of day"],
    [" 2023-01-01", "year"],
    ["2023-01-01T00:00:00Z ", "follows the Z"],
    ["2023-01", "YYYY-MM-DD"],
    ["20230101T000000Z", "YYYY-MM-DD"],
    ["-000000-01-01", "no minus sign"],
    ["+2023-01-01", "six digits"],
    ["-2023-01-01", "six digits"],
    ["+002023", "YYYY-MM-DD"],
    ["9999-12-31", "outside"],
    ["0000-01-01", "outside"],
    ["-271821-04-20", "outside"],
    ["2262-04-11T23:47:16.854775808Z", "outside"],
    ["1677-09-21T00:12:43.145224191Z", "outside"],
    ["9223372036854775808", "outside"],
    ["+1500", "six digits"],
    ["1500.5", "YYYY-MM-DD"],
    ["1e18", "year"],
    ["0x10", "year"],
    ["٢٠٢٣-٠١-٠١", "year"],
    ["now ", "now-5m"],
    ["nowhere", "now-5m"],
    ["now-", "span"],
    ["now--5m", "negative"],
    ["now-5", "no unit"],
    ["Now", "year"],
    ["2023-01-01T00:00:00Z".repeat(5000), "(100000 characters)"],
    ["1".repeat(1_000_000), "(1000000 characters)"],
  ];
  test.each(wrong)("refuses %.40s with its reason", (text, reason) => {
    expect(refused(text)).toContain(reason);
    expect(refused(text).length).toBeLessThan(400);
  });

  test("takes digits alone as nanoseconds, even where they look like a date", () => {
    expect(toNanos("1500000000000000000")).toBe(1500000000000000000n);
    expect(toNanos("-1")).toBe(-1n);
    expect(toNanos("20240229")).toBe(20240229n);
    expect(toNanos("2024")).toBe(2024n);
    expect(toNanos(String(minNanos))).toBe(minNanos);
  });

  test("knows second 60 only where a leap second was, in any offset", () => {
    expect(toNanos("2016-12-31T23:59:60Z")).toBe(toNanos("2017-01-01T00:00:00Z"));
    expect(toNanos("2016-12-31T23:59:60.25Z")).toBe(toNanos("2017-01-01T00:00:00.25Z"));
    expect(toNanos("2017-01-01T05:29:60+05:30")).toBe(toNanos("2017-01-01T00:00:00Z"));
    expect(toNanos("1972-06-30T23:59:60Z")).toBe(toNanos("1972-07-01T00:00:00Z"));
    for (const text of ["1971-12-31T23:59:60Z", "2016-12-31T23:58:60Z", "2016-12-31T23:59:60+01:00", "2024-12-31T23:59:60Z"]) {
      expect(refused(text)).toContain("leap second where there was none");
    }
  });

  test("reads times from now, of the clock or of a given present", () => {
    const now = 1500000000000000000n;
    expect(toNanos("now", { now })).toBe(now);
    expect(toNanos("now-5m", { now })).toBe(now - 300_000_000_000n);
    expect(toNanos("now+1h30m", { now })).toBe(now + 5_400_000_000_000n);
    expect(failure(() => toNanos("now+290y", { now }))).toContain('no unit "y"');
    expect(failure(() => toNanos("now+90000d", { now: maxNanos }))).toContain("outside");
    const before = BigInt(Date.now()) * 1_000_000n;
    expect(toNanos("now")).toBeGreaterThanOrEqual(before);
  });

  test("agrees with Date over its milliseconds", () => {
    holds("ISO text as Date reads it", [fc.integer({ min: -9223372036854, max: 9223372036854 })], (milliseconds) => {
      const date = new Date(milliseconds);
      expect(toNanos(date.toISOString())).toBe(BigInt(milliseconds) * 1_000_000n);
      expect(formatNanos(toNanos(date), { digits: 3 })).toBe(date.toISOString());
    });
  });

  test("reads back every instant that it prints", () => {
    holds("parse after print", [anyNanos], (nanos) => expect(toNanos(formatNanos(nanos))).toBe(nanos), 20_000);
  });

  test("agrees with itself over offsets", () => {
    const ofDay = fc.integer({ min: -1439, max: 1439 });
    const inner = fc.bigInt({ min: minNanos + 10n ** 14n, max: maxNanos - 10n ** 14n });
    holds("offsets", [inner, ofDay], (nanos, minutes) => {
      const local = formatNanos(nanos + BigInt(minutes) * 60_000_000_000n).slice(0, -1);
      const size = Math.abs(minutes);
      const [hours, rest] = [Math.floor(size / 60), size % 60].map((value) => String(value).padStart(2, "0"));
      const sign = minutes < 0 ? "-" : "+";
      expect(toNanos(`${local}${sign}${hours}:${rest}`)).toBe(nanos);
      expect(toNanos(`${local}${sign}${hours}${rest}`)).toBe(nanos);
    });
  });
});

describe("malformed text", () => {
  const orOptionsError = (text: string) => {
    try {
      expect(typeof toNanos(text)).toBe("bigint");
    } catch (error) {
      if (!isSondeError(error, "options")) throw error;
    }
  };
  const seeds = [
    "2018-01-01T12:30:00.123456789+05:30",
    "+002018-01-01T12:30:00Z",
    "now-1h30m",
    "-1500000000000000000",
    "2016-12-31T23:59:60Z",
  ];

  test("never throws anything but an error of the options, whatever the characters", () => {
    holds("any text", [fc.string({ unit: "binary", maxLength: 80 })], orOptionsError, 10_000);
    const likely = fc.constantFrom(..."0123456789-+:.,TtZz nowhmsdµ\u0000");
    holds("likely characters", [fc.string({ unit: likely, maxLength: 40 })], orOptionsError, 20_000);
  });

  test("survives truncation at every offset and every changed character", () => {
    let cases = 0;
    for (const seed of seeds) {
      for (let at = 0; at <= seed.length; at++) {
        orOptionsError(seed.slice(0, at));
        orOptionsError(seed.slice(at));
        for (let code = 0; code < 256; code++) {
          orOptionsError(seed.slice(0, at) + String.fromCharCode(code) + seed.slice(at + 1));
          orOptionsError(seed.slice(0, at) + String.fromCharCode(code) + seed.slice(at));
          cases += 2;
        }
      }
    }
    console.info(`changed characters: ${cases} cases`);
  });
});

describe("the machine's zone", () => {
  const zone = process.env.TZ;
  afterEach(() => {
    if (zone === undefined) delete process.env.TZ;
    else process.env.TZ = zone;
  });

  test.each([
    ["America/New_York", 300],
    ["Asia/Kolkata", -330],
    ["Pacific/Apia", -840],
  ])("changes nothing in %s", (name, minutes) => {
    process.env.TZ = name;
    // Samoa kept daylight saving in January 2013; the date proves that Date has taken the zone over.
    expect(new Date(2013, 0, 1).getTimezoneOffset()).toBe(minutes);
    expect(toNanos("2024-02-29")).toBe(1709164800000000000n);
    expect(toNanos("2024-03-10T02:30:00")).toBe(1710037800000000000n);
    expect(formatNanos(1710037800000000000n)).toBe("2024-03-10T02:30:00.000000000Z");
    expect(toNanos(new Date(1710037800000))).toBe(1710037800000000000n);
    holds(`parse after print in ${name}`, [anyNanos], (nanos) => {
      expect(toNanos(formatNanos(nanos))).toBe(nanos);
      expect(toNanos(formatNanos(nanos).slice(0, -1))).toBe(nanos);
    });
  });
});
