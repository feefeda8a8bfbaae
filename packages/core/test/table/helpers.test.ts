import { inspect } from "node:util";
import { Table } from "apache-arrow";
import fc from "fast-check";
import { expect, test } from "vitest";
import { batchOf } from "../../src/table/batch.js";
import { batchesOf, coalesceBatches } from "../../src/table/batches.js";
import { byteLengthOf } from "../../src/table/bytes.js";
import { timesOf } from "../../src/table/column.js";
import { expandColumns } from "../../src/table/columns.js";
import { concatBatches } from "../../src/table/concat.js";
import { fieldOf, timeField } from "../../src/table/field.js";
import { printable, printTable } from "../../src/table/inspect.js";
import { nanosOffsets } from "../../src/table/nanos-offsets.js";
import { rowsOf } from "../../src/table/rows.js";
import { schemaOf } from "../../src/table/schema.js";
import { takeRows } from "../../src/table/take.js";
import { arrowType } from "../../src/table/types.js";
import { collect, cut, rowsOfBatch, source } from "../kernels/brute.js";

const schema = schemaOf([
  timeField(),
  fieldOf("v", arrowType.float64(), { unit: "mV" }, true),
  fieldOf("n", arrowType.uint64()),
  fieldOf("text", arrowType.utf8(), {}, true),
  fieldOf("bytes", arrowType.binary(), { encoding: "json" }, true),
  fieldOf("flag", arrowType.bool(), {}, true),
  fieldOf("pair", arrowType.fixedSizeList(arrowType.float32(), 2)),
  fieldOf("list", arrowType.list(arrowType.int64()), {}, true),
  fieldOf("inner", arrowType.struct([fieldOf("when", arrowType.nanos()), fieldOf("s", arrowType.list(arrowType.utf8()), {}, true)])),
]);
const start = 1_500_000_000_000_000_001n;
const encoder = new TextEncoder();
const made = (rows: number, from = 0) =>
  batchOf(schema, {
    time: Array.from({ length: rows }, (_, k) => start + BigInt(from + k)),
    v: Array.from({ length: rows }, (_, k) => (k % 3 === 1 ? null : k % 3 === 2 ? Number.NaN : k / 2)),
    n: Array.from({ length: rows }, (_, k) => 2n ** 64n - 1n - BigInt(k)),
    text: Array.from({ length: rows }, (_, k) => (k % 4 === 3 ? null : "ü".repeat(k % 5))),
    bytes: Array.from({ length: rows }, (_, k) => (k % 4 === 2 ? null : encoder.encode(`[${k}]`))),
    flag: Array.from({ length: rows }, (_, k) => (k % 5 === 0 ? null : k % 2 === 0)),
    pair: Float32Array.from({ length: 2 * rows }, (_, k) => k),
    list: Array.from({ length: rows }, (_, k) => (k % 3 === 0 ? null : Array.from({ length: k % 3 }, () => BigInt(k)))),
    inner: Array.from({ length: rows }, (_, k) => ({ when: start + BigInt(k), s: k % 2 ? null : ["a", `b${k}`] })),
  });

test("taking, cutting and putting together keep every cell, of slices too", () => {
  const whole = made(50);
  const rows = rowsOfBatch(whole);
  fc.assert(
    fc.property(fc.array(fc.nat(50), { maxLength: 6 }), fc.array(fc.nat(49), { maxLength: 30 }), fc.nat(20), (cuts, picked, from) => {
      const parts = cut(whole, cuts);
      expect(rowsOfBatch(concatBatches([parts[0]!, ...parts.slice(1)]))).toEqual(rows);
      const slice = whole.slice(from);
      const inside = picked.filter((row) => row < slice.numRows);
      expect(rowsOfBatch(takeRows(slice, Int32Array.from(inside)))).toEqual(inside.map((row) => rows[from + row]));
    }),
    { numRuns: 100 },
  );
  console.log("take and concat: 100 cases");
});

test("batches are put together up to the limit, in order, and before an error", async () => {
  const parts = cut(made(100), [1, 2, 10, 11, 60, 99]);
  const joined = await collect(coalesceBatches(source(parts), { rows: 50 }));
  expect(joined.map((batch) => batch.numRows)).toEqual([11, 49, 40]);
  expect(joined.flatMap(rowsOfBatch)).toEqual(rowsOfBatch(made(100)));
  const broken = new Error("damaged");
  let rows = 0;
  const read = async () => {
    for await (const batch of coalesceBatches(source(parts, broken), { rows: 1000 })) rows += batch.numRows;
  };
  await expect(read()).rejects.toBe(broken);
  expect(rows).toBe(100);
});

test("a table, a batch and batches are all sources", async () => {
  const batch = made(3);
  for (const from of [new Table([batch]), batch, [batch], source([batch])]) expect(await collect(batchesOf(from))).toHaveLength(1);
});

test("offsets of nanoseconds are exact within 104 days, on both sides of 1970 and of the origin", () => {
  fc.assert(
    fc.property(
      fc.bigInt({ min: -(2n ** 62n), max: 2n ** 62n }),
      fc.array(fc.bigInt({ min: -(2n ** 53n), max: 2n ** 53n })),
      (origin, offsets) => {
        const times = BigInt64Array.from(offsets, (offset) => origin + offset);
        expect([...nanosOffsets(times, origin)].map(BigInt)).toEqual(offsets);
      },
    ),
  );
  console.log("offsets: 100 cases");
  expect([...nanosOffsets(BigInt64Array.of(2n ** 63n - 1n), -(2n ** 63n))]).toEqual([2 ** 64]);
});

test("rows hold exact cells, decode what is encoded, and keep __proto__ as data", () => {
  const rows = [...rowsOf(made(4).slice(1), (field, cell) => `${field.name}:${new TextDecoder().decode(cell as Uint8Array)}`)];
  expect(rows[0]).toEqual({ ...rowsOfBatch(made(4))[1], bytes: "bytes:[1]" });
  expect(rows[1]!.bytes).toBeNull();
  const hostile = schemaOf([timeField(), fieldOf("__proto__", arrowType.nanos()), fieldOf("constructor", arrowType.int8())]);
  const columns = Object.fromEntries([
    ["time", [1n]],
    ["__proto__", [2n]],
    ["constructor", [3]],
  ]);
  const [row] = [...rowsOf(batchOf(hostile, columns))];
  expect(Object.entries(row!)).toEqual([
    ["time", 1n],
    ["__proto__", 2n],
    ["constructor", 3],
  ]);
  expect(Object.getPrototypeOf(row)).toBe(Object.prototype);
});

test("bytes count the rows of a slice only", () => {
  const batch = batchOf(
    schemaOf([timeField(), fieldOf("t", arrowType.utf8()), fieldOf("f", arrowType.fixedSizeList(arrowType.int16(), 3))]),
    {
      time: BigInt64Array.of(1n, 2n, 3n),
      t: ["aaaa", "b", "cc"],
      f: new Int16Array(9),
    },
  );
  expect(byteLengthOf(batch)).toBe(24 + 16 + 7 + 18);
  expect(byteLengthOf(batch.slice(1, 2))).toBe(8 + 8 + 1 + 6);
  expect(byteLengthOf(batch.slice(1, 1))).toBe(0);
});

test("names stand for columns or for all statistics of a quantity", () => {
  const of = (name: string, statistic: "min" | "mean" | "count") => fieldOf(name, arrowType.float64(), { statistic, of: "v", count: "n" });
  const statistics = schemaOf([
    timeField(),
    of("low", "min"),
    fieldOf("x", arrowType.float64()),
    of("avg", "mean"),
    fieldOf("n", arrowType.int64()),
  ]);
  expect(expandColumns(statistics, ["v"])).toEqual(["low", "avg", "n"]);
  expect(expandColumns(statistics, ["x", "low"])).toEqual(["low", "x"]);
  expect(() => expandColumns(statistics, ["w"])).toThrow(
    "no column or quantity 'w': there are the columns low, x, avg, n and the quantities v",
  );
});

test("a table prints aligned, with nanoseconds, units and what was left out", () => {
  const small = schemaOf([timeField(), fieldOf("value", arrowType.float64(), { unit: "V" }, true), fieldOf("text", arrowType.utf8())]);
  const table = new Table([
    batchOf(small, { time: [start, start + 1n, start + 2n], value: [1.5, null, -20], text: ["a", "\u001b[31mred\n", "x".repeat(60)] }),
  ]);
  expect(printTable(table, { rows: 3, width: 100 })).toBe(
    [
      "time                            value [V]  text",
      "2017-07-14T02:40:00.000000001Z        1.5  a",
      "2017-07-14T02:40:00.000000002Z       null  \\u001b[31mred\\n",
      `2017-07-14T02:40:00.000000003Z        -20  ${"x".repeat(39)}…`,
    ].join("\n"),
  );
  expect(printTable(table, { rows: 1, width: 45, zone: "Asia/Kolkata" })).toBe(
    ["time", "2017-07-14T08:10:00.000000001+05:30", "… 2 more rows", "… 2 more columns: value, text"].join("\n"),
  );
  expect(inspect(printable(table))).toContain("2017-07-14T02:40:00.000000002Z");
  expect(Object.keys(table)).toEqual(Object.keys(new Table(table.batches)));
});

test("long arrays, bytes and nested values print short", () => {
  const text = printTable(made(4), { width: 1000 });
  expect(text).toContain("<3 bytes>");
  expect(text).toContain("{when: 1500000000000000001, s: [a, b0]}");
  expect(printTable(made(4).slice(0, 0))).toContain("no rows");
  expect(timesOf(made(1))[0]).toBe(start);
});
