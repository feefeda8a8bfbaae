import { taiToUtc } from "@sonde/core";
import fc from "fast-check";
import { expect, test } from "vitest";
import { readFileName } from "../src/layout/file-name.js";
import { pathFormat } from "../src/layout/path-format.js";
import { readAvroFields } from "../src/schema/avro.js";
import { readColumnName } from "../src/schema/column-name.js";
import { nanosOfSeconds, secondsToNanos } from "../src/schema/seconds.js";
import { toUtc } from "../src/schema/time-column.js";

test("turns seconds into nanoseconds as exact arithmetic does", () => {
  let cases = 0;
  fc.assert(
    fc.property(fc.double({ min: -9.2e9, max: 9.2e9, noNaN: true }), (seconds) => {
      cases++;
      const whole = Math.floor(seconds);
      expect(secondsToNanos(seconds)).toBe(BigInt(whole) * 1_000_000_000n + BigInt(Math.round((seconds - whole) * 1e9)));
    }),
    { numRuns: 20_000 },
  );
  console.log(`${cases} instants`);
  for (const edge of [0, 0.5, 1.9999999999, 65_535.9999999996, 4_294_967_295.5, 4_294.967296, 1_596_834_000.5]) {
    expect(secondsToNanos(edge)).toBe(BigInt(Math.floor(edge)) * 1_000_000_000n + BigInt(Math.round((edge - Math.floor(edge)) * 1e9)));
  }
  const invalid: number[] = [];
  expect([...nanosOfSeconds(Float64Array.of(Number.NaN, 1, 1e12, Number.NEGATIVE_INFINITY), (row) => invalid.push(row))]).toEqual([
    0n,
    1_000_000_000n,
    0n,
    0n,
  ]);
  expect(invalid).toEqual([0, 2, 3]);
});

test("takes TAI to UTC as the table of leap seconds does, across each of them", () => {
  let cases = 0;
  const leap = fc.constantFrom(63_072_010n, 78_796_810n, 1_341_100_834n, 1_435_708_835n, 1_483_228_836n);
  fc.assert(
    fc.property(fc.array(fc.tuple(leap, fc.bigInt({ min: -200_000n, max: 200_000n })), { minLength: 1, maxLength: 50 }), (parts) => {
      cases++;
      const times = BigInt64Array.from(parts, ([second, rest]) => {
        const time = second * 1_000_000_000n + rest * 1_000_000_000n;
        return time < 63_072_010_000_000_000n ? 63_072_010_000_000_000n : time;
      });
      const wanted = times.map(taiToUtc);
      toUtc(times, () => true);
      expect(times).toEqual(wanted);
    }),
    { numRuns: 2000 },
  );
  console.log(`${cases} columns`);
});

test("names folders by time and finds the time of a folder again", () => {
  const hourly = pathFormat("hourly");
  expect(hourly.directoryOf(1_596_837_600_000_000_000n)).toBe("year=2020/month=08/day=07/hour=22");
  expect(hourly.directoryOf(-1n)).toBe("year=1969/month=12/day=31/hour=23");
  fc.assert(
    fc.property(
      fc.bigInt({ min: -9_000_000_000_000_000_000n, max: 9_000_000_000_000_000_000n }),
      fc.constantFrom("hourly", "daily", "YYYY/MM", "'y'yyyy-MM-dd"),
      (time, pattern) => {
        const format = pathFormat(pattern);
        const range = format.rangeOf(format.directoryOf(time));
        expect(range !== undefined && range.start <= time && time < range.end).toBe(true);
      },
    ),
    { numRuns: 2000 },
  );
  expect(pathFormat("daily").rangeOf("year=2020/month=02/day=29")).toEqual({
    start: 1_582_934_400_000_000_000n,
    end: 1_583_020_800_000_000_000n,
  });
  for (const wrong of [
    "year=2020/month=13/day=01/hour=00",
    "year=2021/month=02/day=29/hour=00",
    "year=2020/month=08/day=07/hour=24",
    "year=20/month=08/day=07/hour=22",
    "partition=0",
    "",
  ]) {
    expect(hourly.rangeOf(wrong), wrong).toBeUndefined();
  }
  for (const wrong of ["MM/YYYY", "YYYY/dd", "YYYY/MM/dd/HH/mm", "'open", "weekly"])
    expect(() => pathFormat(wrong), wrong).toThrow("pathFormat");
});

test("reads partition and offset from the end of a name", () => {
  expect(readFileName("t+0+0000003600.snappy.parquet")).toEqual({ partition: 0, offset: 3600n });
  expect(readFileName("a+b+1+2+12+9223372036854775807.zstd.parquet")).toEqual({ partition: 12, offset: 9223372036854775807n });
  expect(readFileName("t+0+0000003600.parquet")).toEqual({ partition: 0, offset: 3600n });
  expect(readFileName("part-0.parquet")).toEqual({});
  for (const other of ["t+0+0000003600.keys.snappy.parquet", "t+0+0000003600.headers.parquet", "t+0+0000003600.avro", "_SUCCESS"]) {
    expect(readFileName(other), other).toBeUndefined();
  }
});

test("parts the names of aggregated columns at the first underscore", () => {
  expect(readColumnName("mean_value1")).toEqual({ statistic: "mean", field: "value1" });
  expect(readColumnName("mean_min_temp")).toEqual({ statistic: "mean", field: "min_temp" });
  expect(readColumnName("stdev_private_sndStamp")).toEqual({ statistic: "stdev", field: "private_sndStamp" });
  for (const other of ["time", "window_size", "count", "mean_", "mean", "sum_x", "_x", "__proto__"])
    expect(readColumnName(other)).toBeUndefined();
});

test("takes what an Avro schema says, and nothing from what is none", () => {
  const avro = {
    fields: [{ name: "a", units: "m", doc: "length" }, { name: "b", unit: "s" }, { name: 5 }, null, { name: "__proto__", units: "K" }],
  };
  expect([...readAvroFields(JSON.stringify(avro))]).toEqual([
    ["a", { unit: "m", description: "length" }],
    ["b", { unit: "s" }],
    ["__proto__", { unit: "K" }],
  ]);
  for (const other of [undefined, "", "{", "null", "[]", '{"fields":5}', '"fields"']) expect(readAvroFields(other).size).toBe(0);
});
