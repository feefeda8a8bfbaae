import fc from "fast-check";
import { afterEach, describe, expect, test } from "vitest";
import { formatNanos } from "../../src/time/format.js";
import { toNanos } from "../../src/time/instant.js";
import { inZone } from "../../src/time/zone.js";
import { failure, holds } from "./property.js";

describe("a local time in a zone", () => {
  test("is the instant that the zone's rules give", () => {
    expect(inZone("2024-07-01T12:00", "Europe/Zurich")).toBe(toNanos("2024-07-01T10:00Z"));
    expect(inZone("2024-03-10T01:59:59.999999999", "America/New_York")).toBe(toNanos("2024-03-10T06:59:59.999999999Z"));
    expect(inZone("2024-03-10T03:00:00", "America/New_York")).toBe(toNanos("2024-03-10T07:00:00Z"));
    expect(inZone("2024-02-29", "Asia/Kolkata")).toBe(toNanos("2024-02-28T18:30:00Z"));
    expect(inZone("2024-02-29", "UTC")).toBe(toNanos("2024-02-29"));
    expect(inZone("1850-01-01T00:00:00", "America/New_York")).toBe(toNanos("1850-01-01T04:56:02Z"));
  });

  test("is refused in the gap of spring, with what to write", () => {
    expect(failure(() => inZone("2024-03-10T02:30:00", "America/New_York"))).toBe(
      '"2024-03-10T02:30:00" does not exist in America/New_York, whose clocks are put forward over it: write "2024-03-10T01:30:00-05:00" or "2024-03-10T03:30:00-04:00"',
    );
    expect(failure(() => inZone("2024-03-10T02:00:00", "America/New_York"))).toContain("does not exist");
    expect(failure(() => inZone("2024-03-10T02:59:59.999999999", "America/New_York"))).toContain("does not exist");
    // Half an hour, and a whole day left out.
    expect(failure(() => inZone("2024-10-06T02:15", "Australia/Lord_Howe"))).toContain("does not exist");
    expect(failure(() => inZone("2011-12-30T12:00", "Pacific/Apia"))).toContain("does not exist");
  });

  test("is refused in the overlap of autumn, naming both instants", () => {
    expect(failure(() => inZone("2024-11-03T01:30:00.5", "America/New_York"))).toBe(
      '"2024-11-03T01:30:00.5" happens twice in America/New_York: write "2024-11-03T01:30:00.500000000-04:00" for the first, "2024-11-03T01:30:00.500000000-05:00" for the second',
    );
    expect(failure(() => inZone("2024-11-03T01:00:00", "America/New_York"))).toContain("twice");
    expect(inZone("2024-11-03T00:59:59.999999999", "America/New_York")).toBe(toNanos("2024-11-03T04:59:59.999999999Z"));
    expect(inZone("2024-11-03T02:00:00", "America/New_York")).toBe(toNanos("2024-11-03T07:00:00Z"));
    expect(failure(() => inZone("2024-04-07T01:45", "Australia/Lord_Howe"))).toContain("twice");
  });

  test("is refused with an offset of its own, in an unknown zone, and as no text", () => {
    expect(failure(() => inZone("2024-03-10T02:30:00Z", "America/New_York"))).toContain("offset already");
    expect(failure(() => inZone("2024-03-10T02:30:00", "America/Nowhere"))).toContain("IANA name");
    expect(failure(() => inZone("2024-03-10T02:30:00", "__proto__"))).toContain("IANA name");
    expect(failure(() => inZone(5 as unknown as string, "UTC"))).toContain("local time");
    expect(failure(() => inZone("2024-02-30", "UTC"))).toContain("no day 30");
    expect(failure(() => inZone("9999-01-01", "UTC"))).toContain("outside");
  });

  test("may be a leap second at the local hour of UTC's midnight", () => {
    expect(inZone("2017-01-01T05:29:60", "Asia/Kolkata")).toBe(toNanos("2017-01-01T00:00:00Z"));
    expect(failure(() => inZone("2016-12-31T23:59:60", "Asia/Kolkata"))).toContain("leap second");
  });

  test("is what printing in the zone gives, or twice", () => {
    const names = ["America/New_York", "Asia/Kolkata", "Australia/Lord_Howe", "Africa/Casablanca", "Pacific/Apia", "Europe/Dublin"];
    const seconds = fc.integer({ min: -5_000_000_000, max: 5_000_000_000 });
    let twice = 0;
    holds("printed local times", [fc.constantFrom(...names), seconds], (zone, second) => {
      const nanos = BigInt(second) * 1_000_000_000n;
      const local = formatNanos(nanos, { zone }).slice(0, 29);
      try {
        expect(inZone(local, zone)).toBe(nanos);
      } catch (error) {
        expect((error as Error).message).toContain("happens twice");
        twice++;
      }
    });
    expect(twice).toBeLessThan(100);
  });

  const machine = process.env.TZ;
  afterEach(() => {
    if (machine === undefined) delete process.env.TZ;
    else process.env.TZ = machine;
  });
  test("does not depend on the machine's zone", () => {
    for (const zone of ["America/New_York", "Asia/Kolkata"]) {
      process.env.TZ = zone;
      expect(inZone("2024-07-01T12:00", "Europe/Zurich")).toBe(toNanos("2024-07-01T10:00Z"));
      expect(failure(() => inZone("2024-03-10T02:30:00", "America/New_York"))).toContain("does not exist");
    }
  });
});
