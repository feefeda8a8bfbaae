import { describe, expect, test } from "vitest";
import { dateOfDay, dayNumber, daysInMonth } from "../../src/time/calendar.js";
import { formatNanos } from "../../src/time/format.js";
import { toNanos } from "../../src/time/instant.js";
import { maxNanos, minNanos } from "../../src/time/nanos.js";
import { anyNanos, failure, holds } from "./property.js";

describe("a printed time", () => {
  test("has nine digits unless fewer are asked for, which are cut towards the past", () => {
    expect(formatNanos(1514809800000000000n)).toBe("2018-01-01T12:30:00.000000000Z");
    expect(formatNanos(1514809800123456789n, { digits: 6 })).toBe("2018-01-01T12:30:00.123456Z");
    expect(formatNanos(1514809800999999999n, { digits: 3 })).toBe("2018-01-01T12:30:00.999Z");
    expect(formatNanos(1514809800999999999n, { digits: 0 })).toBe("2018-01-01T12:30:00Z");
    expect(formatNanos(-1n, { digits: 0 })).toBe("1969-12-31T23:59:59Z");
  });

  test("is right at the ends of 64 bits and around the epoch", () => {
    expect(formatNanos(minNanos)).toBe("1677-09-21T00:12:43.145224192Z");
    expect(formatNanos(maxNanos)).toBe("2262-04-11T23:47:16.854775807Z");
    expect(formatNanos(0n)).toBe("1970-01-01T00:00:00.000000000Z");
    expect(formatNanos(-1n)).toBe("1969-12-31T23:59:59.999999999Z");
    expect(formatNanos(-1000000000n)).toBe("1969-12-31T23:59:59.000000000Z");
  });

  test("is refused beyond 64 bits, and with other digits or zones than there are", () => {
    expect(failure(() => formatNanos(maxNanos + 1n))).toContain("outside");
    expect(failure(() => formatNanos(0n, { digits: 4 as 3 }))).toContain("digits");
    expect(failure(() => formatNanos(0n, { zone: "Mars/Olympus" }))).toContain("Mars/Olympus");
    expect(failure(() => formatNanos(0n, { zone: "+05:30" }))).toContain("IANA");
    expect(failure(() => formatNanos(0n, { zone: "" }))).toContain("IANA");
  });

  test("is local time with a numeric offset in a zone", () => {
    expect(formatNanos(1514809800000000000n, { digits: 3, zone: "Asia/Kolkata" })).toBe("2018-01-01T18:00:00.000+05:30");
    expect(formatNanos(1710054000000000001n, { zone: "America/New_York" })).toBe("2024-03-10T03:00:00.000000001-04:00");
    expect(formatNanos(1710053999999999999n, { zone: "America/New_York" })).toBe("2024-03-10T01:59:59.999999999-05:00");
    expect(formatNanos(0n, { digits: 0, zone: "UTC" })).toBe("1970-01-01T00:00:00+00:00");
    expect(formatNanos(toNanos("1883-01-01T00:00:00Z"), { digits: 0, zone: "America/New_York" })).toBe("1882-12-31T19:03:58-04:56:02");
  });

  test.each(["America/New_York", "Asia/Kolkata", "Australia/Lord_Howe", "Africa/Monrovia"])("is read back exactly from %s", (zone) => {
    holds(`print in ${zone}`, [anyNanos], (nanos) => {
      if (nanos > minNanos + 10n ** 14n && nanos < maxNanos - 10n ** 14n) expect(toNanos(formatNanos(nanos, { zone }))).toBe(nanos);
    });
  });
});

describe("the calendar", () => {
  test("agrees with Date on every day from year -1 to 2300", () => {
    const from = dayNumber(-1, 1, 1);
    for (let day = from; day < dayNumber(2300, 1, 1); day++) {
      const date = new Date(day * 86_400_000);
      const expected = { year: date.getUTCFullYear(), month: date.getUTCMonth() + 1, day: date.getUTCDate() };
      const actual = dateOfDay(day);
      if (actual.year !== expected.year || actual.month !== expected.month || actual.day !== expected.day) expect(actual).toEqual(expected);
      if (dayNumber(actual.year, actual.month, actual.day) !== day) expect(actual).toBe(day);
    }
    expect(from).toBe(-719893);
  });

  test("knows the lengths of months", () => {
    expect([1900, 2000, 2023, 2024].map((year) => daysInMonth(year, 2))).toEqual([28, 29, 28, 29]);
    expect([0, 13, 99].map((month) => daysInMonth(2024, month))).toEqual([0, 0, 0]);
  });
});
