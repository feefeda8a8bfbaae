import { isSondeError } from "@sonde/core";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { aggregate } from "../src/aggregate/aggregate.js";
import { aggregateRows } from "../src/aggregate/windows.js";

const second = 1_000_000_000n;
const origin = 1_596_834_000n * second;
const row = (time: bigint, value: number) => ({ time, value });

describe("aggregateRows", () => {
  test("gives one object a window, at its middle, empty ones left out", () => {
    const rows = [row(origin, 1), row(origin + second - 1n, 3), row(origin + 5n * second, 2), row(origin + 5n * second + 1n, 4)];
    expect([...aggregateRows(rows, { operations: ["min", "mean"] })]).toEqual([
      { time: origin + second / 2n, window_size: 1, count: 2, min_value: 1, mean_value: 2 },
      { time: origin + 5n * second + second / 2n, window_size: 1, count: 2, min_value: 2, mean_value: 3 },
    ]);
  });

  test("orders fields as the rows have them, and operations as configured within", () => {
    const rows = [{ time: origin, b: 1, a: 2n, name: "x", ok: true, list: [1] }];
    const [window] = [...aggregateRows(rows, { operations: ["max", "min"], minSampleSize: 2 })];
    expect(Object.keys(window ?? {})).toEqual(["time", "window_size", "count", "max_b", "min_b", "max_a", "min_a"]);
  });

  test("leaves out what is excluded, by default the aggregator's own fields", () => {
    const rows = [{ time: origin, count: 5, window_size: 1, value: 2, other: 3 }];
    const names = (options: object) => Object.keys([...aggregateRows(rows, { operations: ["mean"], ...options })][0] ?? {}).slice(3);
    expect(names({})).toEqual(["mean_value", "mean_other"]);
    expect(names({ excludedFields: ["other"] })).toEqual(["mean_count", "mean_window_size", "mean_value"]);
    expect(names({ fields: ["other"] })).toEqual(["mean_other"]);
  });

  test("gives the first message's values for a window of too few", () => {
    const rows = [row(origin + 2n, 7), row(origin + 3n, 1)];
    expect([...aggregateRows(rows, { minSampleSize: 3, operations: ["stdev", "max"] })][0]).toMatchObject({ stdev_value: 7, max_value: 7 });
  });

  test("takes rows that come a little late, and tells of those that come too late", () => {
    const late: bigint[] = [];
    const times = [0n, 1n, 0n, 2n, 3n, 0n, 1n, 3n].map((index) => origin + index * second);
    const windows = [
      ...aggregateRows(
        times.map((time) => row(time, 1)),
        { operations: ["mean"], onLate: ({ time }) => late.push((time - origin) / second) },
      ),
    ];
    expect(windows.map(({ time, count }) => [(time - origin) / second, count])).toEqual([
      [0n, 2],
      [1n, 1],
      [2n, 1],
      [3n, 2],
    ]);
    expect(late).toEqual([0n, 1n]);
  });

  test("windows before the epoch are half open too", () => {
    const windows = [...aggregateRows([row(-1n, 1), row(0n, 2)], { operations: ["mean"], windowSize: "2s" })];
    expect(windows.map(({ time, window_size }) => [time, window_size])).toEqual([
      [-second, 2],
      [second, 2],
    ]);
  });

  test("takes rows as they come", async () => {
    async function* rows() {
      yield row(origin, 1);
      yield row(origin + 10n * second, 2);
    }
    const times: bigint[] = [];
    for await (const { time } of aggregateRows(rows(), { windowSize: 10n * second })) times.push(time);
    expect(times).toEqual([origin + 5n * second, origin + 15n * second]);
  });

  test("says which field of which row is no number", () => {
    const rows = [row(origin, 1), { time: origin + 1n, value: null }];
    expect(() => [...aggregateRows(rows)]).toThrow(expect.toSatisfy((error) => isSondeError(error, "unsupported")));
    expect(() => [...aggregateRows(rows)]).toThrow("2020-08-07T21:00:00.000000001Z");
  });

  test("refuses windows of no width", () => {
    for (const options of [{ windowSize: 0n }, { windowExpires: -1n }]) {
      expect(() => aggregateRows([], options)).toThrow(expect.toSatisfy((error) => isSondeError(error, "options")));
    }
  });

  test("equals aggregate() over each window of rows in order (300 topics)", () => {
    const steps = fc.array(fc.tuple(fc.bigInt({ min: 0n, max: 2n * second }), fc.double({ noNaN: true, min: -1e6, max: 1e6 })), {
      maxLength: 60,
    });
    fc.assert(
      fc.property(steps, (given) => {
        let time = origin;
        const rows = given.map(([step, value]) => row((time += step), value));
        const groups = new Map<bigint, number[]>();
        for (const { time, value } of rows) groups.set(time / second, [...(groups.get(time / second) ?? []), value]);
        const windows = [...aggregateRows(rows)];
        expect(windows.map(({ time }) => time / second)).toEqual([...groups.keys()]);
        for (const window of windows) {
          const values = groups.get(window.time / second) ?? [];
          const expected = Object.entries(aggregate(values)).map(([operation, value]) => [`${operation}_value`, value]);
          expect(window).toEqual({ time: window.time, window_size: 1, count: values.length, ...Object.fromEntries(expected) });
        }
      }),
      { numRuns: 300 },
    );
  });
});
