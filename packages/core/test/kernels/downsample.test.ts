import { Table } from "apache-arrow";
import fc from "fast-check";
import { expect, test } from "vitest";
import { downsample } from "../../src/kernels/downsample/downsample.js";
import { lttb, minMaxLttb } from "../../src/kernels/downsample/lttb.js";
import { m4, minMax } from "../../src/kernels/downsample/min-max.js";
import { batchOf } from "../../src/table/batch.js";
import { fieldOf, timeField } from "../../src/table/field.js";
import { schemaOf } from "../../src/table/schema.js";
import { arrowType } from "../../src/table/types.js";
import { cut, rowsOfBatch } from "./brute.js";

const series = fc
  .array(fc.tuple(fc.bigInt({ min: 0n, max: 5n }), fc.option(fc.integer({ min: -50, max: 50 }), { nil: Number.NaN })), {
    minLength: 1,
    maxLength: 200,
  })
  .map((steps) => {
    let time = -100n;
    return { times: BigInt64Array.from(steps, ([step]) => (time += step)), values: Float64Array.from(steps, ([, value]) => value) };
  });

/** Rows by pixel column, by exact fractions. */
function columnsOf(times: BigInt64Array, bins: number): number[][] {
  const [start, span] = [times[0]!, times.at(-1)! - times[0]! + 1n];
  const columns: number[][] = Array.from({ length: bins }, () => []);
  for (const [row, time] of times.entries()) columns[Number(((time - start) * BigInt(bins)) / span)]!.push(row);
  return columns.filter((rows) => rows.length > 0);
}

test("M4 and min-max equal brute force by pixel column, gaps included", () => {
  let cases = 0;
  fc.assert(
    fc.property(series, fc.integer({ min: 1, max: 40 }), ({ times, values }, bins) => {
      cases++;
      const of = (four: boolean) =>
        columnsOf(times, bins).flatMap((rows) => {
          const valid = rows.filter((row) => !Number.isNaN(values[row]!));
          if (valid.length === 0) return [rows[0]!];
          const least = valid.reduce((a, b) => (values[b]! < values[a]! ? b : a));
          const greatest = valid.reduce((a, b) => (values[b]! > values[a]! ? b : a));
          const picked = four ? [valid[0]!, least, greatest, valid.at(-1)!] : [least, greatest];
          return [...new Set(picked)].sort((a, b) => a - b);
        });
      expect([...m4(times, values, bins)]).toEqual(of(true));
      expect([...minMax(times, values, bins)]).toEqual(of(false));
    }),
    { numRuns: 300 },
  );
  console.log(`M4 and min-max: ${cases} cases`);
});

test("LTTB keeps first and last, the number of points, and order", () => {
  let cases = 0;
  fc.assert(
    fc.property(series, fc.integer({ min: 3, max: 60 }), ({ times, values }, points) => {
      cases++;
      for (const rows of [lttb(times, values, points), minMaxLttb(times, values, points, 2)]) {
        expect(rows.length).toBeLessThanOrEqual(points);
        expect([rows[0], rows.at(-1)]).toEqual([0, times.length - 1]);
        expect([...rows]).toEqual([...new Set(rows)].sort((a, b) => a - b));
      }
      if (times.length >= points) expect(lttb(times, values, points)).toHaveLength(points);
    }),
    { numRuns: 300 },
  );
  console.log(`LTTB: ${cases} cases`);
});

test("LTTB chooses the peaks of a flat line", () => {
  const times = BigInt64Array.from({ length: 1000 }, (_, k) => BigInt(k) * 1000n);
  const values = Float64Array.from({ length: 1000 }, (_, k) => (k === 333 || k === 777 ? 10 : 0));
  for (const rows of [lttb(times, values, 20), minMaxLttb(times, values, 20)]) {
    expect([...rows]).toContain(333);
    expect([...rows]).toContain(777);
  }
});

test("a gap stays a gap in every method", () => {
  const times = BigInt64Array.from({ length: 1000 }, (_, k) => BigInt(k));
  const values = Float64Array.from({ length: 1000 }, (_, k) => (k >= 400 && k < 600 ? Number.NaN : Math.sin(k)));
  for (const rows of [m4(times, values, 20), minMax(times, values, 20), lttb(times, values, 40), minMaxLttb(times, values, 40)]) {
    expect([...rows].some((row) => row >= 400 && row < 600)).toBe(true);
  }
});

test("a table keeps its rows as they are, over several batches", () => {
  const schema = schemaOf([timeField(), fieldOf("name", arrowType.utf8()), fieldOf("v", arrowType.int64(), {}, true)]);
  const batch = batchOf(schema, {
    time: BigInt64Array.from({ length: 500 }, (_, k) => 1_500_000_000_000_000_001n + BigInt(k)),
    name: Array.from({ length: 500 }, (_, k) => `row ${k}`),
    v: Array.from({ length: 500 }, (_, k) => (k % 50 === 3 ? null : BigInt((k * 7919) % 101))),
  });
  const all = rowsOfBatch(batch);
  const table = new Table(schema, cut(batch, [1, 100, 101, 350]));
  for (const method of ["m4", "min-max", "lttb", "min-max-lttb"] as const) {
    const few = downsample(table, { points: 40, method });
    const rows = few.batches.flatMap(rowsOfBatch);
    expect(rows.length).toBeLessThanOrEqual(44);
    expect(rows.length).toBeGreaterThan(20);
    for (const row of rows) expect(row).toEqual(all[Number((row.time as bigint) - 1_500_000_000_000_000_001n)]);
  }
  expect(downsample(table, { points: 500 }).numRows).toBe(500);
  expect(() => downsample(table, { points: 10, column: "w" })).toThrow(/no column 'w'/);
  expect(() => downsample(table, { points: 10, column: "name" })).toThrow(/holds no numbers/);
  expect(() => downsample(table, { points: 2 })).toThrow(/4 or more/);
});
