import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { aggregate, aggregateRows } from "../src/index.js";

const root = fileURLToPath(new URL("../../../", import.meta.url));
const file = resolve(root, process.env.SONDE_REFERENCE ?? "../shared/data", "efd/golden-aggregation.json");

type Golden = {
  readonly cases: readonly { name: string; min_sample_size: number; values: number[]; expected: { [operation: string]: number } }[];
  readonly windows: readonly { window_size: number; kafka_timestamp_s: number; start: number; time: number }[];
};

test(`the reference data is in ${file}`, () => {
  expect(existsSync(file), "the reference data is absent: set SONDE_REFERENCE to its folder").toBe(true);
});

const golden: Golden = existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : { cases: [], windows: [] };

test.each(golden.cases)("$name is what CPython gives", ({ values, min_sample_size, expected }) => {
  expect(aggregate(values, { minSampleSize: min_sample_size })).toEqual(expected);
});

test.each(golden.windows)("a window of $window_size s around $kafka_timestamp_s s is where the aggregator has it", (window) => {
  const time = BigInt(window.kafka_timestamp_s) * 1_000_000_000n;
  const size = BigInt(window.window_size) * 1_000_000_000n;
  const [found] = [...aggregateRows([{ time, value: 1 }], { windowSize: size })];
  expect([Number(found?.time) / 1e9, found?.window_size, found?.count]).toEqual([window.time, window.window_size, 1]);
  const end = BigInt(window.start) * 1_000_000_000n + size;
  const twoWindows = [
    ...aggregateRows(
      [time, end].map((one) => ({ time: one, value: 1 })),
      { windowSize: size },
    ),
  ];
  expect(twoWindows.map(({ count }) => count)).toEqual([1, 1]);
});
