import type { DataType, RecordBatch, Schema } from "apache-arrow";
import fc from "fast-check";
import { expect, test } from "vitest";
import type { Statistic } from "../../src/contract.js";
import { isSondeError } from "../../src/errors.js";
import { windowSchema } from "../../src/kernels/windows/plan.js";
import { quantitiesOf, sourceColumns, statisticsOf } from "../../src/kernels/windows/quantities.js";
import { windowBatches } from "../../src/kernels/windows.js";
import { batchOf } from "../../src/table/batch.js";
import { fieldInfo, fieldOf, provenance, timeField } from "../../src/table/field.js";
import { schemaOf, schemaText } from "../../src/table/schema.js";
import { arrowType } from "../../src/table/types.js";
import { collect, cut, floor, rowsOfAll, rowsOfBatch, source, statisticsOfValues } from "./brute.js";

const all: Statistic[] = ["min", "max", "mean", "stddev", "median", "sum", "count"];

const kinds: { [name: string]: { type: () => DataType; value: fc.Arbitrary<number | bigint> } } = {
  int8: { type: arrowType.int8, value: fc.integer({ min: -128, max: 127 }) },
  int16: { type: arrowType.int16, value: fc.integer({ min: -32768, max: 32767 }) },
  int32: { type: arrowType.int32, value: fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }) },
  uint8: { type: arrowType.uint8, value: fc.integer({ min: 0, max: 255 }) },
  uint16: { type: arrowType.uint16, value: fc.integer({ min: 0, max: 65535 }) },
  uint32: { type: arrowType.uint32, value: fc.integer({ min: 0, max: 2 ** 32 - 1 }) },
  int64: { type: arrowType.int64, value: fc.bigInt({ min: -(2n ** 56n), max: 2n ** 56n }) },
  uint64: { type: arrowType.uint64, value: fc.bigInt({ min: 2n ** 56n, max: 2n ** 57n }) },
  float32: { type: arrowType.float32, value: fc.integer({ min: -(2 ** 20), max: 2 ** 20 }).map((v) => v / 16) },
  float64: { type: arrowType.float64, value: fc.integer({ min: -(2 ** 40), max: 2 ** 40 }).map((v) => v / 1024) },
};

/** Equal to 1e-12 of the value, or of `scale` where values cancel. */
function close(actual: unknown, wanted: unknown, scale: number): void {
  if (typeof wanted !== "number") expect(actual).toEqual(wanted);
  else expect(Math.abs(Number(actual) - wanted)).toBeLessThanOrEqual(1e-12 * Math.max(Math.abs(wanted), scale));
}

for (const [kind, { type, value }] of Object.entries(kinds)) {
  test(`windows over ${kind} equal brute force, with nulls, NaN, times before 1970, equal times and odd widths`, async () => {
    const floating = kind.startsWith("float");
    let cases = 0;
    const cell = fc.oneof({ weight: 8, arbitrary: value }, fc.constant(null), ...(floating ? [fc.constant(Number.NaN)] : []));
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.bigInt({ min: 0n, max: 40n }), cell), { maxLength: 80 }),
        fc.bigInt({ min: -1000n, max: 1000n }),
        fc.bigInt({ min: 1n, max: 300n }),
        fc.array(fc.nat(80), { maxLength: 4 }),
        async (steps, start, width, cuts) => {
          cases++;
          const schema = schemaOf([timeField(), fieldOf("x", type(), { unit: "V" }, true)]);
          let time = start;
          const times = steps.map(([step]) => (time += step));
          const batch = batchOf(schema, { time: times, x: steps.map(([, x]) => x) });
          const batches = cut(batch, cuts).filter((part) => part.numRows > 0);

          const wanted = new Map<bigint, (number | bigint)[]>();
          for (const [row, at] of times.entries()) {
            const window = floor(at, width) * width;
            const values = wanted.get(window) ?? [];
            wanted.set(window, values);
            const x = steps[row]![1];
            if (x !== null && !Number.isNaN(x)) values.push(x);
          }

          const found = await rowsOfAll(windowBatches(source(batches), { schema, width, statistics: all }));
          expect(found.map((row) => row.time)).toEqual([...wanted.keys()]);
          for (const row of found) {
            const values = wanted.get(row.time as bigint)!;
            const right = statisticsOfValues(values);
            const size = Math.max(0, ...values.map((v) => Math.abs(Number(v))));
            expect(row.count_x).toBe(right.count);
            if (kind.endsWith("64") && !floating) {
              expect(row.min_x).toBe(right.min);
              expect(row.max_x).toBe(right.max);
              expect(row.sum_x).toBe(values.length === 0 ? null : values.reduce((a, b) => BigInt(a) + BigInt(b), 0n));
            } else {
              expect(row.min_x).toBe(right.min);
              expect(row.max_x).toBe(right.max);
              close(row.sum_x, right.sum, size * values.length);
            }
            close(row.mean_x, right.mean, size);
            close(row.stddev_x, right.stddev, kind.endsWith("64") ? size : 1e-3 * size);
            close(row.median_x, right.median, size);
          }
        },
      ),
      { numRuns: 150 },
    );
    console.log(`${kind}: ${cases} cases`);
  });
}

const second = 1_000_000_000n;
const plain = schemaOf([timeField(), fieldOf("x", arrowType.float64(), { unit: "V", label: "X" }, true)]);
const plainBatch = (from: bigint, values: readonly (number | null)[], step = 1n) =>
  batchOf(plain, { time: values.map((_, row) => from + BigInt(row) * step), x: values });

test("names, units and the order of columns are those of the schema given in advance", async () => {
  const options = { schema: plain, width: 2n, statistics: ["mean", "count", "min"] as const };
  const [batch] = await collect(windowBatches(source([plainBatch(0n, [1, 2, 3])]), options));
  expect(schemaText(batch!.schema)).toBe("time: Timestamp<NANOSECOND, UTC>, mean_x: Float64?, min_x: Float64?, count_x: Int64");
  expect(schemaText(windowSchema(options))).toBe(schemaText(batch!.schema));
  expect(fieldInfo(batch!.schema.fields[1]!)).toEqual({ unit: "V", label: "X", statistic: "mean", of: "x", count: "count_x" });
  expect(fieldInfo(batch!.schema.fields[0]!)).toEqual({ role: "time", at: "start", width: 2n });
  expect(provenance(batch!.schema)).toEqual({ method: "windows", by: "local", exact: true, width: 2n });
});

test("statistics of scaled integers are physical, also under a negative scale", async () => {
  for (const kind of [arrowType.int16, arrowType.int64]) {
    const schema = schemaOf([timeField(), fieldOf("v", kind(), { scale: -0.5, offset: 10 })]);
    const time = [0n, 1n, 2n];
    const batch = batchOf(schema, { time, v: kind === arrowType.int16 ? [2, 4, 6] : [2n, 4n, 6n] });
    const [row] = await rowsOfAll(windowBatches(source([batch]), { schema, width: 10n, statistics: all }));
    expect(row).toEqual({ time: 0n, min_v: 7, max_v: 9, mean_v: 8, stddev_v: 1, median_v: 8, sum_v: 24, count_v: 3n });
  }
});

test("spread survives large offsets: int64 nanoseconds and floats at 1e9", async () => {
  const schema = schemaOf([timeField(), fieldOf("n", arrowType.int64()), fieldOf("f", arrowType.float64())]);
  const size = 10_000;
  const base = 1_700_000_000_000_000_001n;
  const n = BigInt64Array.from({ length: size }, (_, k) => base + BigInt(k % 7));
  const f = Float64Array.from({ length: size }, (_, k) => 1e9 + (k % 7));
  const batch = batchOf(schema, { time: BigInt64Array.from({ length: size }, (_, k) => BigInt(k)), n, f });
  const [row] = await rowsOfAll(windowBatches(source([batch]), { schema, width: 2n ** 40n, statistics: all.filter((s) => s !== "sum") }));
  const right = statisticsOfValues(Array.from({ length: size }, (_, k) => k % 7));
  expect(Math.abs((row!.stddev_n as number) / right.stddev! - 1)).toBeLessThan(1e-12);
  expect(Math.abs((row!.stddev_f as number) / right.stddev! - 1)).toBeLessThan(1e-12);
  expect([row!.min_n, row!.max_n]).toEqual([base, base + 6n]);
});

test("a long random walk equals exact arithmetic to 1e-12, in windows across batches", async () => {
  const size = 200_000;
  let value = 1e6;
  let seed = 1;
  const x = Float64Array.from({ length: size }, () => {
    // A linear congruential generator: the same walk every time.
    seed = (seed * 48_271) % 2_147_483_647;
    value += Math.round((seed / 2_147_483_647 - 0.5) * 1024) / 1024;
    return value;
  });
  const schema = schemaOf([timeField(), fieldOf("x", arrowType.float64())]);
  const batch = batchOf(schema, { time: BigInt64Array.from({ length: size }, (_, k) => BigInt(k)), x });
  const statistics: Statistic[] = ["min", "max", "mean", "stddev", "sum"];
  const rows = await rowsOfAll(windowBatches(source(cut(batch, [1, 7000, 65_536, 131_073])), { schema, width: 4999n, statistics }));
  expect(rows).toHaveLength(41);
  for (const row of rows) {
    const from = Number(row.time as bigint);
    const right = statisticsOfValues([...x.subarray(from, from + 4999)]);
    for (const name of statistics) {
      const wanted = right[name as "mean"] as number;
      expect(Math.abs((row[`${name}_x`] as number) / wanted - 1)).toBeLessThan(1e-12);
    }
  }
});

test("the extremes of 64-bit integers are kept, and lost by no block", async () => {
  const schema = schemaOf([timeField(), fieldOf("i", arrowType.int64()), fieldOf("u", arrowType.uint64())]);
  const batch = batchOf(schema, { time: [0n, 1n, 2n], i: [2n ** 63n - 1n, -(2n ** 63n), 0n], u: [2n ** 64n - 1n, 0n, 1n] });
  const [row] = await rowsOfAll(windowBatches(source([batch]), { schema, width: 10n, statistics: ["min", "max", "mean", "stddev"] }));
  expect([row!.min_i, row!.max_i, row!.min_u, row!.max_u]).toEqual([-(2n ** 63n), 2n ** 63n - 1n, 0n, 2n ** 64n - 1n]);
  close(row!.stddev_i, 2 ** 63, 1);
  close(row!.mean_u, 2 ** 64 / 3, 1);
});

test("columns choose quantities, and none of them is refused", async () => {
  const schema = schemaOf([timeField(), fieldOf("a", arrowType.int8()), fieldOf("b", arrowType.int8()), fieldOf("s", arrowType.utf8())]);
  const options = { schema, width: 5n, statistics: ["max"] as const };
  expect(windowSchema({ ...options, columns: ["b"] }).fields.map(({ name }) => name)).toEqual(["time", "max_b", "count_b"]);
  expect(() => windowSchema({ ...options, columns: ["s"] })).toThrow(/no window of s: the numbers here are a, b/);
  const batch = batchOf(schema, { time: [0n, 1n], a: [1, 2], b: [3, 4], s: ["x", "y"] });
  expect(await rowsOfAll(windowBatches(source([batch]), { ...options, columns: ["b"] }))).toEqual([{ time: 0n, max_b: 4, count_b: 2n }]);
});

test("half floats are read as numbers", async () => {
  const { Float, Precision } = await import("apache-arrow");
  const schema = schemaOf([timeField(), fieldOf("h", new Float(Precision.HALF))]);
  const batch = batchOf(schema, { time: BigInt64Array.of(0n, 1n), h: Uint16Array.of(0x3c00, 0xc000) });
  const [row] = await rowsOfAll(windowBatches(source([batch]), { schema, width: 5n, statistics: ["min", "max"] }));
  expect(row).toEqual({ time: 0n, min_h: -2, max_h: 1, count_h: 2n });
});

test("infinities are values", async () => {
  const [row] = await rowsOfAll(
    windowBatches(source([plainBatch(0n, [1, Infinity, -Infinity])]), { schema: plain, width: 9n, statistics: all }),
  );
  expect(row).toMatchObject({ min_x: -Infinity, max_x: Infinity, mean_x: Number.NaN, count_x: 3n });
});

test("a sum that 64 bits can't hold is an error, after the windows before it", async () => {
  const schema = schemaOf([timeField(), fieldOf("n", arrowType.int64())]);
  const batch = batchOf(schema, { time: [0n, 10n, 11n, 20n], n: [1n, 2n ** 63n - 1n, 1n, 0n] });
  const found: unknown[] = [];
  const read = async () => {
    for await (const part of windowBatches(source([batch]), { schema, width: 10n, statistics: ["min", "sum"] }))
      found.push(...rowsOfBatch(part));
  };
  await expect(read()).rejects.toSatisfy((error) => isSondeError(error, "limit"));
  expect(found).toEqual([{ time: 0n, min_n: 1n, sum_n: 1n, count_n: 1n }]);
});

test("events are counted", async () => {
  const schema = schemaOf([timeField(), fieldOf("text", arrowType.utf8()), fieldOf("channel", arrowType.uint8(), { role: "category" })]);
  const batch = batchOf(schema, { time: [-1n, 0n, 0n, 7n], text: ["a", "b", "c", "d"], channel: [1, 2, 3, 4] });
  const windows = windowBatches(source([batch]), { schema, width: 5n, statistics: ["min", "mean"] });
  const batches = await collect(windows);
  expect(batches.flatMap(rowsOfBatch)).toEqual([
    { time: -5n, count_rows: 1n },
    { time: 0n, count_rows: 2n },
    { time: 5n, count_rows: 1n },
  ]);
  const again = await rowsOfAll(windowBatches(source(batches), { schema: batches[0]!.schema, width: 10n, statistics: ["mean"] }));
  expect(again).toEqual([
    { time: -10n, count_rows: 1n },
    { time: 0n, count_rows: 3n },
  ]);
});

test("windows of windows equal windows of the samples, and keep their names", async () => {
  let cases = 0;
  const value = fc.option(fc.integer({ min: -(2 ** 30), max: 2 ** 30 }).map((v) => v / 64));
  await fc.assert(
    fc.asyncProperty(fc.array(fc.tuple(fc.bigInt({ min: 0n, max: 9n }), value), { minLength: 1, maxLength: 100 }), async (steps) => {
      cases++;
      const schema = schemaOf([timeField(), fieldOf("x", arrowType.float64(), {}, true), fieldOf("n", arrowType.int64())]);
      let time = -50n;
      const batch = batchOf(schema, {
        time: steps.map(([step]) => (time += step)),
        x: steps.map(([, x]) => x),
        n: steps.map((_, row) => BigInt(row) + 2n ** 60n),
      });
      const statistics: Statistic[] = ["min", "max", "mean", "stddev", "sum"];
      const fine = await collect(windowBatches(source([batch]), { schema, width: 6n, statistics: statistics.filter((s) => s !== "sum") }));
      const options = { schema: fine[0]!.schema, width: 24n, statistics };
      const twice = await collect(windowBatches(source(fine), options));
      const once = await collect(windowBatches(source([batch]), { schema, width: 24n, statistics: statistics.filter((s) => s !== "sum") }));
      expect(provenance(twice[0]!.schema)?.exact).toBe(true);
      const left = twice.flatMap(rowsOfBatch);
      for (const [index, right] of once.flatMap(rowsOfBatch).entries()) {
        for (const name of ["time", "min_x", "max_x", "count_x", "min_n", "max_n", "count_n"]) expect(left[index]![name]).toBe(right[name]);
        close(left[index]!.mean_x, right.mean_x, 2 ** 24);
        close(left[index]!.stddev_x, right.stddev_x, 2 ** 24);
        close(left[index]!.mean_n, right.mean_n, 2 ** 60);
      }
    }),
    { numRuns: 150 },
  );
  console.log(`windows of windows: ${cases} cases`);
});

const statistics = (names: readonly Statistic[], info = { at: "middle", width: second } as const): Schema =>
  schemaOf([
    timeField(info),
    ...names.map((statistic) => fieldOf(`${statistic}_v`, arrowType.float64(), { statistic, of: "v", unit: "K", count: "count_v" }, true)),
    fieldOf("count_v", arrowType.int64(), { statistic: "count", of: "v" }),
  ]);

test("means are weighted by their counts and rows without a value count for nothing", async () => {
  const schema = statistics(["mean"]);
  const time = [0n, 1n, 2n].map((k) => k * second + second / 2n);
  const batch = batchOf(schema, { time, mean_v: [1, 4, null], count_v: [3n, 1n, 5n] });
  const rows = await rowsOfAll(windowBatches(source([batch]), { schema, width: 10n * second, statistics: ["mean", "sum"] }));
  expect(rows).toEqual([{ time: 0n, mean_v: 1.75, sum_v: 7, count_v: 9n }]);
});

test("what stored statistics can't give is unsupported and names what there is", () => {
  const schema = statistics(["mean", "min"]);
  const asked = (name: Statistic) => () => windowSchema({ schema, width: second, statistics: [name] });
  expect(asked("median")).toThrow(/no median of 'v': stored are mean, min, count, which give min, mean, sum, count/);
  expect(asked("stddev")).toThrow(/no stddev/);
  const [quantity] = quantitiesOf(schema);
  expect(statisticsOf(quantity!)).toEqual(["min", "mean", "sum", "count"]);
  expect(sourceColumns(quantitiesOf(schema, ["v"]))).toEqual(["mean_v", "min_v", "count_v"]);
});

test("merged statistics are exact only where widths are multiples and rows aligned", async () => {
  const schema = statistics(["mean"]);
  const exact = (width: bigint) => provenance(windowSchema({ schema, width, statistics: ["mean"] }))?.exact;
  expect([exact(5n * second), exact(second + 1n)]).toEqual([true, false]);
  for (const [time, aligned] of [
    [second / 2n, true],
    [-second / 2n, true],
    [second / 4n, false],
    [0n, false],
  ] as const) {
    const rows = batchOf(schema, { time: [time], mean_v: [1], count_v: [1n] });
    const [batch] = await collect(windowBatches(source([rows]), { schema, width: 5n * second, statistics: ["mean"] }));
    expect(provenance(batch!.schema)?.exact).toBe(aligned);
  }
});

test("rows that carry the end of their interval fall into the window that they are of", async () => {
  const schema = statistics(["mean"], { at: "end", width: second } as never);
  const batch = batchOf(schema, { time: [10n * second, 11n * second], mean_v: [1, 2], count_v: [1n, 1n] });
  const rows = await rowsOfAll(windowBatches(source([batch]), { schema, width: 10n * second, statistics: ["mean"] }));
  expect(rows.map((row) => [row.time, row.mean_v])).toEqual([
    [0n, 1],
    [10n * second, 2],
  ]);
});

test("finished windows come before the error of the source, the open one does not", async () => {
  const broken = new Error("damaged");
  const found: unknown[] = [];
  const read = async () => {
    for await (const batch of windowBatches(source([plainBatch(0n, [1, 2, 3])], broken), {
      schema: plain,
      width: 2n,
      statistics: ["sum"],
    })) {
      found.push(...rowsOfBatch(batch));
    }
  };
  await expect(read()).rejects.toBe(broken);
  expect(found).toEqual([{ time: 0n, sum_x: 3, count_x: 2n }]);
});

test("breaking off releases the source, and windows come before it is read whole", async () => {
  const many = Array.from({ length: 10 }, (_, k): RecordBatch => plainBatch(BigInt(k) * 5000n, Array(5000).fill(1)));
  const from = source(many);
  for await (const batch of windowBatches(from, { schema: plain, width: 1n, statistics: ["sum"] })) {
    expect(batch.numRows).toBeGreaterThan(4000);
    break;
  }
  expect(from.state).toEqual({ closed: true, pulled: 1 });
});

test("time that goes back, widths that are none and columns that are not there are refused", async () => {
  const back = source([plainBatch(10n, [1]), plainBatch(0n, [1])]);
  await expect(collect(windowBatches(back, { schema: plain, width: 5n, statistics: ["sum"] }))).rejects.toThrow(/time goes back to 0/);
  expect(() => windowSchema({ schema: plain, width: 0n, statistics: [] })).toThrow(/positive/);
  expect(() => windowSchema({ schema: plain, width: 1n, statistics: [], columns: ["y"] })).toThrow(/no column or quantity 'y'.*columns x/);
});

test("times at both ends of 64 bits have their windows or a clear error", async () => {
  const ends = batchOf(plain, { time: [-(2n ** 63n), 2n ** 63n - 1n], x: [1, 2] });
  const rows = await rowsOfAll(windowBatches(source([ends]), { schema: plain, width: 2n ** 40n, statistics: ["sum"] }));
  expect(rows.map((row) => row.time)).toEqual([-(2n ** 63n), 2n ** 63n - 2n ** 40n]);
  await expect(collect(windowBatches(source([ends]), { schema: plain, width: 1000n, statistics: ["sum"] }))).rejects.toThrow(/before 1677/);
});
