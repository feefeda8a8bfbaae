import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { fs } from "@sonde/object-store";
import { expect, test } from "vitest";
import { efd, openEfd } from "../src/index.js";
import { emptyFolder } from "./support/archives.js";
import { keyOf } from "./support/files.js";

const root = fileURLToPath(new URL("../../../", import.meta.url));
const folder = resolve(root, process.env.SONDE_REFERENCE ?? "../shared/data", "efd");
const there = existsSync(folder);

test(`the reference data is in ${folder}`, () => {
  expect(there, "the reference data is absent: set SONDE_REFERENCE to its folder").toBe(true);
});

const start = 1_596_834_000_500_000_000n;
const second = 1_000_000_000n;
const topic = "example-002-aggregated";

/** `time[i] = 1596834000.5 + i`. */
const times = (rows: number) => Array.from({ length: rows }, (_, row) => start + BigInt(row) * second);

test.runIf(there)("the bucket's hour is six files of 600 rows of 40 columns, in order and whole", async () => {
  await using archive = await openEfd({ path: resolve(folder, "bucket") });
  expect(await archive.topics().toArray()).toEqual([
    { name: topic, first: start - second / 2n, last: start - second / 2n + 3600n * second },
  ]);
  const found = await archive.topic(topic);
  expect(await found.describe()).toMatchObject({
    kind: "aggregated",
    windowSize: second,
    extent: { start, end: start + 3599n * second + 1n },
    time: { name: "time", scale: "utc" },
  });
  const [hour, ...others] = await found.hours().toArray();
  expect([hour?.files.length, hour?.incomplete, others.length]).toEqual([6, false, 0]);
  const rows = await found.read().rows().toArray();
  expect(rows.map(({ time }) => time)).toEqual(times(3600));
  expect(Object.keys(rows[0] ?? {})).toHaveLength(40);
  for (const { window_size, min_value0, mean_value0, max_value0 } of rows) {
    expect(window_size).toBe(1);
    expect(Number(min_value0) <= Number(mean_value0) && Number(mean_value0) <= Number(max_value0)).toBe(true);
  }
  const inner = { start: start + 10n * second, end: start + 1300n * second };
  expect((await found.read({ range: inner, columns: [] }).rows().toArray()).map(({ time }) => time)).toEqual(times(3600).slice(10, 1300));
});

test.runIf(there)("its windows merge to what one computes from them", async () => {
  await using source = await efd.open({ path: resolve(folder, "bucket") });
  const stream = await source.stream(topic);
  const rows = await stream.rows({ columns: ["value1"] }).toArray();
  const [first] = await stream
    .windows({ width: "1h", columns: ["value1"] })
    .rows()
    .toArray();
  const samples = rows.reduce((sum, { count }) => sum + Number(count), 0);
  expect(first?.time).toBe(start - second / 2n);
  expect(first?.count_value1).toBe(BigInt(samples));
  expect(first?.min_value1).toBe(Math.min(...rows.map(({ min_value1 }) => Number(min_value1))));
  expect(first?.max_value1).toBe(Math.max(...rows.map(({ max_value1 }) => Number(max_value1))));
  const mean = rows.reduce((sum, { mean_value1, count }) => sum + Number(mean_value1) * Number(count), 0) / samples;
  expect(first?.mean_value1).toBeCloseTo(mean, 12);
});

const expected: {
  readonly files: { readonly [name: string]: { readonly rows: number } };
  readonly mean_value0_first5: readonly number[];
  readonly mean_value0_sum: number;
} = there
  ? JSON.parse(readFileSync(resolve(folder, "variants/EXPECTED.json"), "utf8"))
  : { files: {}, mean_value0_first5: [], mean_value0_sum: 0 };
const aggregated = Object.keys(expected.files).filter((name) => name.startsWith("agg_required"));

/** An archive whose only topic "t" has one file. */
async function archiveOf(variant: string): Promise<string> {
  const path = await emptyFolder();
  await fs(path).put(keyOf(21, 0), readFileSync(resolve(folder, "variants", variant)));
  return path;
}

test.each(aggregated)("%s is a topic like the others", async (variant) => {
  await using archive = await openEfd({ path: await archiveOf(variant) });
  const found = await archive.topic("t");
  const rows = await found
    .read({ fields: ["value0"], statistics: ["mean"] })
    .rows()
    .toArray();
  expect(rows.map(({ time }) => time)).toEqual(times(600));
  expect(rows.slice(0, 5).map(({ mean_value0 }) => mean_value0)).toEqual(expected.mean_value0_first5);
  expect(rows.reduce((sum, { mean_value0 }) => sum + Number(mean_value0), 0)).toBeCloseTo(expected.mean_value0_sum, 9);
});

test.runIf(there)("nulls stay null", async () => {
  await using archive = await openEfd({ path: await archiveOf("agg_optional_nulls.parquet") });
  const rows = await (await archive.topic("t")).read().rows().toArray();
  expect(rows.filter(({ mean_value0 }) => mean_value0 === null)).toHaveLength(86);
});

test.runIf(there)("lists and structs of a raw topic are read, and lists unpacked", async () => {
  await using archive = await openEfd({ path: await archiveOf("raw_nested.parquet") });
  const found = await archive.topic("t");
  const [first] = await found.read().rows().toArray();
  expect(first).toMatchObject({ time: start, private_sndStamp: 1_596_834_037.5, name: "alpha", ok: true, pos: { x: 0, y: -0 } });
  expect(Array.from(first?.force as Iterable<number>)).toEqual([0, 1, 2, 3]);
  // The stamp of TAI is 37 s ahead.
  const packed = await found.packed("force", { reference: "private_sndStamp" });
  expect(packed.values).toHaveLength(2400);
  expect([packed.times[0], packed.times[1], packed.times[4]]).toEqual([start, start + second / 4n, start + second]);
  const byTai = await found
    .read({ timeColumn: "private_sndStamp", columns: ["seq"] })
    .rows()
    .first();
  expect(byTai).toEqual({ time: start, seq: 0 });
});
