import { fs } from "@sonde/object-store";
import { expect, test } from "vitest";
import { efd, openEfd } from "../src/index.js";
import { writeTopic } from "../src/write/write.js";
import { emptyFolder, rows as exampleRows, fillExample, folder, second, start, topic } from "./support/archives.js";

test("says of each column which statistic of which field it is", async () => {
  await using archive = await openEfd({ path: await folder(fillExample) });
  const found = await archive.topic(topic);
  expect((await found.fields()).slice(0, 4)).toEqual([
    { column: "window_size", field: "window_size", type: "Float64" },
    { column: "count", field: "count", type: "Int64" },
    { column: "min_value0", field: "value0", statistic: "min", type: "Float64" },
    { column: "mean_value0", field: "value0", statistic: "mean", type: "Float64" },
  ]);
  const { schema } = await found.describe();
  const metadata = (name: string) => Object.fromEntries(schema.fields.find((field) => field.name === name)?.metadata ?? []);
  expect(metadata("stdev_value0")).toEqual({ "sonde:statistic": "stddev", "sonde:of": "value0", "sonde:count": "count" });
  expect(metadata("time")).toEqual({ "sonde:role": "time", "sonde:at": "middle", "sonde:width": "1000000000" });
  expect(metadata("count")).toMatchObject({ "sonde:statistic": "count" });
});

test("reads just the columns that field and statistic choose", async () => {
  await using archive = await openEfd({ path: await folder(fillExample) });
  const found = await archive.topic(topic);
  const names = async (options: Parameters<typeof found.read>[0]) =>
    (await found.read(options).table()).schema.fields.map(({ name }) => name);
  const range = { start, end: start + 60n * second };
  expect(await names({ range, fields: ["value1"], statistics: ["max", "min"] })).toEqual(["time", "min_value1", "max_value1"]);
  expect(await names({ range, statistics: ["mean"] })).toEqual(["time", "mean_value0", "mean_value1"]);
  expect(await names({ range: { start: start - second, end: start }, columns: ["count"] })).toEqual(["time", "count"]);
});

test("merges windows into wider ones as their samples would have been, spreads included", async () => {
  await using archive = await openEfd({ path: await folder(fillExample) });
  const found = await archive.topic(topic);
  const width = 600n * second;
  const read = { fields: ["value0"], statistics: ["min", "mean", "max", "stdev", "count"] } as const;
  const windows = await found
    .windows({ width, ...read })
    .rows()
    .toArray();
  const all = await found.read().rows().toArray();
  expect(all).toHaveLength(exampleRows);
  expect(windows).toHaveLength(12);
  for (const window of windows) {
    const inside = all.filter(({ time }) => time >= window.time && time < window.time + width);
    const count = inside.reduce((sum, row) => sum + Number(row.count), 0);
    const mean = inside.reduce((sum, row) => sum + Number(row.mean_value0) * Number(row.count), 0) / count;
    const squares = inside.reduce(
      (sum, row) =>
        sum + (Number(row.count) - 1) * Number(row.stdev_value0) ** 2 + Number(row.count) * (Number(row.mean_value0) - mean) ** 2,
      0,
    );
    expect(window.count_value0).toBe(BigInt(count));
    expect(window.min_value0).toBe(Math.min(...inside.map(({ min_value0 }) => Number(min_value0))));
    expect(window.max_value0).toBe(Math.max(...inside.map(({ max_value0 }) => Number(max_value0))));
    expect(window.mean_value0).toBeCloseTo(mean, 10);
    expect(window.stddev_value0).toBeCloseTo(Math.sqrt(squares / (count - 1)), 10);
  }
  const band = await found.band("value0", { points: 12 });
  expect([...band.max]).toEqual(windows.map(({ max_value0 }) => max_value0));
  const fine = await found.band("value0", { range: { start, end: start + 60n * second } });
  expect([fine.times.length, fine.times[0], fine.mean[0]]).toEqual([60, start + second / 2n, all[0]?.mean_value0]);
});

test("masks the spread of a window of one sample, and shows it on request", async () => {
  const path = await emptyFolder();
  const window = (at: number, count: bigint) => ({
    time: start + BigInt(at) * second + second / 2n,
    window_size: 1,
    count,
    mean_x: 5,
    stdev_x: 5,
  });
  await writeTopic(fs(path), [window(0, 1n), window(1, 2n), window(2, 3n)], { topic: "t", longs: ["count"] });
  await using archive = await openEfd({ path });
  const found = await archive.topic("t");
  const spreads = async (options: Parameters<typeof found.read>[0]) =>
    (
      await found
        .read({ columns: ["stdev_x"], ...options })
        .rows()
        .toArray()
    ).map(({ stdev_x }) => stdev_x);
  expect(await spreads({})).toEqual([null, 5, 5]);
  expect(await spreads({ maskBelow: 3 })).toEqual([null, null, 5]);
  expect(await spreads({ maskBelow: 0 })).toEqual([5, 5, 5]);
  await using source = await efd.open({ path });
  expect((await (await source.stream("t")).rows({ columns: ["x"] }).toArray()).map(({ stdev_x }) => stdev_x)).toEqual([null, 5, 5]);
});

test("quartiles are columns of their own, of which no wider window is made", async () => {
  const path = await emptyFolder();
  const row = { time: start + second / 2n, window_size: 1, count: 4n, min_x: 0, q1_x: 1, median_x: 2, q3_x: 3 };
  await writeTopic(fs(path), [row], { topic: "t", longs: ["count"] });
  await using archive = await openEfd({ path });
  const found = await archive.topic("t");
  expect((await found.fields()).find(({ column }) => column === "q1_x")).toMatchObject({ field: "x", statistic: "q1" });
  expect(
    await found
      .read({ fields: ["x"], statistics: ["q1", "q3"] })
      .rows()
      .first(),
  ).toMatchObject({ q1_x: 1, q3_x: 3 });
  for (const statistic of ["q1", "median", "q3"] as const) {
    await expect(found.windows({ width: "1m", statistics: [statistic] }).table()).rejects.toMatchObject({
      code: "unsupported",
      what: statistic,
    });
  }
});

test("takes addresses of buckets and folders", () => {
  const options = (text: string) => efd.address?.toOptions(new URL(text));
  expect(options("s3://efd-sandbox.data")).toEqual({ bucket: "efd-sandbox.data" });
  expect(options("efd://lake/archive/topics/?region=us-west-2&endpoint=http://127.0.0.1:9000")).toEqual({
    bucket: "lake",
    prefix: "archive/topics",
    region: "us-west-2",
    endpoint: "http://127.0.0.1:9000",
  });
  expect(options("efd:bucket")).toEqual({ path: "bucket" });
  expect(options("efd:/data/bucket")).toEqual({ path: "/data/bucket" });
  expect(options("s3://key:secret@bucket")).toBeUndefined();
});
