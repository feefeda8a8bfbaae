import { Table } from "apache-arrow";
import { expect, test } from "vitest";
import { columnSummaries, summarize } from "../../src/kernels/summarize.js";
import { gridOf, widthFor } from "../../src/kernels/windows/grid.js";
import { batchOf } from "../../src/table/batch.js";
import { fieldOf, timeField } from "../../src/table/field.js";
import { printTable } from "../../src/table/inspect.js";
import { schemaOf } from "../../src/table/schema.js";
import { arrowType } from "../../src/table/types.js";
import { rowsOfBatch } from "./brute.js";

const schema = schemaOf([
  timeField(),
  fieldOf("v", arrowType.float64(), { unit: "V" }, true),
  fieldOf("raw", arrowType.int16(), { scale: 0.5 }),
  fieldOf("n", arrowType.uint64()),
  fieldOf("text", arrowType.utf8(), {}, true),
  fieldOf("flag", arrowType.bool()),
  fieldOf("list", arrowType.list(arrowType.int8())),
]);
const start = 1_500_000_000_000_000_001n;
const table = new Table(
  schema,
  [0, 1].map((k) =>
    batchOf(schema, {
      time: [start + BigInt(2 * k), start + BigInt(2 * k + 1)],
      v: k === 0 ? [1, null] : [Number.NaN, 3],
      raw: [2 * k, 10],
      n: [2n ** 64n - 1n, BigInt(k)],
      text: k === 0 ? ["b", null] : ["a", "c"],
      flag: [true, k === 1],
      list: [[1], []],
    }),
  ),
);

test("a summary is exact, physical, and keeps null apart from NaN", () => {
  const [time, v, raw, n, text, flag, list] = columnSummaries(table);
  expect(time).toMatchObject({ rows: 4, nulls: 0, min: start, max: start + 3n, mean: undefined });
  expect(v).toMatchObject({ unit: "V", rows: 4, nulls: 1, nans: 1, min: 1, max: 3, mean: 2, stddev: Math.SQRT2 });
  expect(raw).toMatchObject({ min: 0, max: 5, mean: 2.75 });
  expect(n).toMatchObject({ min: 0n, max: 2n ** 64n - 1n });
  expect(text).toMatchObject({ nulls: 1, min: "a", max: "c", mean: undefined });
  expect(flag).toMatchObject({ min: false, max: true, mean: 0.75 });
  expect(list).toMatchObject({ rows: 4, min: undefined });
});

test("a summary is a table that prints, with times to the nanosecond", () => {
  const [row] = rowsOfBatch(summarize(table).batches[0]!);
  expect(row).toMatchObject({ column: "time", rows: 4n, min: "2017-07-14T02:40:00.000000001Z", mean: null });
  expect(printTable(summarize(table), { width: 200 })).toContain("18446744073709551615");
  expect(columnSummaries(new Table(schema))[1]).toMatchObject({ rows: 0, min: undefined, mean: undefined });
});

const plain = schemaOf([timeField(), fieldOf("v", arrowType.float64())]);
const second = 1_000_000_000n;

test("the grid is the interval of statistics, a clock's ticks in whole nanoseconds, or one", () => {
  const statistics = schemaOf([
    timeField({ at: "middle", width: second }),
    fieldOf("mean_v", arrowType.float64(), { statistic: "mean", of: "v" }),
  ]);
  const clock = (ticks: bigint) => gridOf({ schema: plain, clock: { origin: 0n, ticks, per: second } });
  expect(gridOf({ schema: statistics })).toBe(second);
  expect(gridOf({ schema: plain })).toBe(1n);
  expect([clock(25_000n), clock(30_000n), clock(44_100n), clock(999_999_937n)]).toEqual([40_000n, 100_000n, 22_675n, 1n]);
});

test("widths are the grid times a power of two, at most a pixel's time", () => {
  const clocked = { schema: plain, clock: { origin: 0n, ticks: 25_000n, per: second } };
  expect(widthFor(clocked, 1)).toBe(40_000n);
  expect(widthFor(clocked, 40_000n * 63n)).toBe(40_000n * 32n);
  expect(widthFor({ schema: plain }, 1e15)).toBe(2n ** 49n);
  expect(widthFor({ schema: plain }, 0)).toBe(1n);
  for (const wrong of [Number.NaN, -1, Number.POSITIVE_INFINITY]) expect(() => widthFor(clocked, wrong)).toThrow(/ns a pixel/);
  expect(widthFor({ schema: plain }, 2n ** 80n)).toBeLessThan(2n ** 63n);
});
