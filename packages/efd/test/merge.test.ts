import { fs } from "@sonde/object-store";
import fc from "fast-check";
import { expect, test } from "vitest";
import { openEfd } from "../src/index.js";
import { writeTopic } from "../src/write/write.js";
import { emptyFolder, second, start } from "./support/archives.js";

type Window = { readonly at: number; readonly partition: number; readonly late: number };

/** Writes windows of two fields, each into the folder of the instant that it is late by, by partition and in the order of production. */
async function written(windows: readonly Window[], rotateInterval = "20m") {
  const path = await emptyFolder();
  const store = fs(path);
  const partitions = new Set(windows.map(({ partition }) => partition));
  for (const partition of partitions) {
    const own = windows.filter((window) => window.partition === partition).sort((a, b) => a.at + a.late - (b.at + b.late));
    let firstOffset = 0;
    for (const late of new Set(own.map((window) => window.late))) {
      const rows = own
        .filter((window) => window.late === late)
        .map(({ at }) => ({
          time: start + BigInt(at) * second + second / 2n,
          window_size: 1,
          count: 4n,
          min_x: at,
          mean_x: at + partition / 8,
          stdev_x: 0.5,
          max_x: at + 1,
        }));
      await writeTopic(store, rows, {
        topic: "t",
        longs: ["count"],
        partition,
        firstOffset,
        lateness: BigInt(late) * second,
        rotateInterval,
      });
      firstOffset += rows.length;
    }
  }
  return path;
}

const key = ({ at, partition }: Pick<Window, "at" | "partition">) => at * 10 + partition;

test("gives every row of a range once and in order, however late and in whichever partition it was written", async () => {
  let cases = 0;
  const windows = fc.uniqueArray(
    fc.record({
      at: fc.integer({ min: 0, max: 9000 }),
      partition: fc.integer({ min: 0, max: 3 }),
      late: fc.constantFrom(0, 30, 1700, 3500),
    }),
    { selector: (window) => `${window.at}/${window.partition}`, minLength: 1, maxLength: 60 },
  );
  await fc.assert(
    fc.asyncProperty(windows, fc.integer({ min: -10, max: 9000 }), fc.integer({ min: 0, max: 9000 }), async (all, from, length) => {
      cases++;
      await using archive = await openEfd({ path: await written(all) });
      const topic = await archive.topic("t");
      const range = { start: start + BigInt(from) * second, end: start + BigInt(from + length) * second };
      const rows = await topic
        .read({ range, columns: ["min_x", "mean_x"] })
        .rows()
        .toArray();
      const wanted = all.filter(({ at }) => at >= from && at < from + length);
      // Rows of one time come in the order of their files.
      expect(rows.map(({ min_x }) => min_x)).toEqual(wanted.map(({ at }) => at).sort((a, b) => a - b));
      const got = rows.map(({ min_x, mean_x }) => Number(min_x) * 10 + (Number(mean_x) - Number(min_x)) * 8);
      expect(got.sort((a, b) => a - b)).toEqual(wanted.map(key).sort((a, b) => a - b));
    }),
    { numRuns: 60 },
  );
  console.log(`${cases} archives`);
});

test("pools windows of equal time as if their samples had been in one", async () => {
  const samples = [[1, 2, 4], [10, 11], [3]];
  const path = await emptyFolder();
  for (const [partition, values] of samples.entries()) {
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
    const row = {
      time: start + second / 2n,
      window_size: 1,
      count: BigInt(values.length),
      min_x: Math.min(...values),
      mean_x: mean,
      median_x: values[1] ?? 0,
      // Of one sample the aggregator writes the sample.
      stdev_x: values.length < 2 ? (values[0] ?? 0) : Math.sqrt(squares / (values.length - 1)),
      max_x: Math.max(...values),
    };
    const alone = { ...row, time: start + BigInt(partition + 1) * second + second / 2n };
    await writeTopic(fs(path), [row, alone], { topic: "t", longs: ["count"], partition });
  }
  await using archive = await openEfd({ path, duplicates: "merge" });
  const topic = await archive.topic("t");
  const [pooled, ...others] = await topic.read().rows().toArray();
  const all = samples.flat();
  const mean = all.reduce((sum, value) => sum + value, 0) / all.length;
  expect(pooled).toMatchObject({ window_size: 1, count: 6n, min_x: 1, max_x: 11, median_x: null });
  expect(pooled?.mean_x).toBeCloseTo(mean, 12);
  expect(pooled?.stdev_x).toBeCloseTo(Math.sqrt(all.reduce((sum, value) => sum + (value - mean) ** 2, 0) / 5), 12);
  expect(others.map(({ count, median_x }) => [count, median_x])).toEqual([
    [3n, 2],
    [2n, 11],
    [1n, 0],
  ]);
  // A spread asked for alone is pooled by the same columns.
  const [only] = await topic
    .read({ columns: ["stdev_x"] })
    .rows()
    .toArray();
  expect(only?.stdev_x).toBe(pooled?.stdev_x);
  expect(Object.keys(only ?? {})).toEqual(["time", "stdev_x"]);
  expect(await topic.read({ duplicates: "keep" }).rows().toArray()).toHaveLength(6);
});

test("names the lateness that it would take to put a replayed row in its place", async () => {
  const path = await written([
    { at: 0, partition: 0, late: 0 },
    { at: 8000, partition: 0, late: 0 },
    { at: 20, partition: 1, late: 9000 },
  ]);
  await using archive = await openEfd({ path });
  const rows = (await archive.topic("t")).read({ columns: ["min_x"], onDamaged: "skip" });
  expect((await rows.rows().toArray()).map(({ min_x }) => min_x)).toEqual([0, 8000]);
  expect(rows.skipped).toMatchObject([{ error: { code: "limit", option: "lateness" } }]);
  await expect((await archive.topic("t")).read().table()).rejects.toMatchObject({ code: "limit", option: "lateness" });
  await using patient = await openEfd({ path, lateness: "3h" });
  expect(
    (
      await (
        await patient.topic("t")
      )
        .read({ columns: ["min_x"] })
        .rows()
        .toArray()
    ).map(({ min_x }) => min_x),
  ).toEqual([0, 20, 8000]);
});
