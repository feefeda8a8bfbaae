import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chunksOf, timesOf } from "@sonde/core/connector";
import { afterAll, describe, expect, test } from "vitest";
import { connect, drift, toJpeg, toPng } from "../src/index.js";
import { memoryMetrics, seriesPackage, startDevice } from "../src/testing/index.js";
import { ids, metricRows, origin, packages, samples, startPlant, writePlant } from "./support/plant.js";

const folder = await mkdtemp(join(tmpdir(), "drift-"));
await writePlant(folder);
const plant = await startPlant({ serve: ["reductstore"] });
afterAll(async () => {
  await plant.close();
  await rm(folder, { recursive: true });
});
const first = ids[0] ?? 0n;
const start = origin * 1_000_000n;
const seconds = (count: number) => start + BigInt(count) * 1_000_000_000n;

describe.each([
  ["folder", { path: folder, metrics: memoryMetrics(metricRows) }],
  ["ReductStore", plant.options],
])("a device by %s", (_, options) => {
  test("lists topics of both storages, with kind and extent", async () => {
    await using device = await connect(options);
    const topics = await device.topics();
    expect(topics.map(({ name, kind, inferred }) => [name, kind, inferred])).toEqual([
      ["acc-5", "time-series", true],
      ["camera", "image", true],
      ["energy-distr-1", "metrics", false],
      ["flaky", "time-series", true],
      ["notes", "text", true],
      ["opcua", "scalars", true],
      ["typed", "typed", true],
    ]);
    expect(topics[0]?.extent).toEqual({ start, end: seconds(packages - 1) + 1n });
    expect(topics[0]?.metrics?.fields).toEqual(["status"]);
  });

  test("names packages of a half-open range", async () => {
    await using device = await connect(options);
    const names = await device.packageNames("acc-5", { start: seconds(2), end: seconds(4) }).toArray();
    expect(names).toEqual([`acc-5/${origin + 2000n}.dp`, `acc-5/${origin + 3000n}.dp`]);
    expect(await device.packageNames("nothing").toArray()).toEqual([]);
    expect(await device.packageNames("acc-5", { last: "5s" }).toArray()).toHaveLength(5);
  });

  test("gives one package, the latest, and not-found for what there is not", async () => {
    await using device = await connect(options);
    const pkg = await device.package(`acc-5/${first}.dp`);
    expect(pkg.signal({ scale: 2 }).values.length).toBe(samples / 4);
    expect((await device.latest("camera"))?.id).toBe(ids.at(-1));
    expect(await device.latest("nothing")).toBeUndefined();
    await expect(device.package("acc-5/1.dp")).rejects.toMatchObject({ code: "not-found", id: "acc-5/1.dp" });
    await expect(device.package("acc-5")).rejects.toMatchObject({ code: "options" });
  });

  test("walks by the policy of bad packages", async () => {
    await using device = await connect(options);
    const skipped = device.packages("flaky");
    expect((await skipped.toArray()).map(({ id }) => id)).toEqual(ids.filter((_id, k) => k % 4 !== 1));
    expect(skipped.problems.map(({ id, status }) => [id, status?.name])).toEqual(
      ids.filter((_id, k) => k % 4 === 1).map((id) => [id, "BAD_COMMUNICATION_ERROR"]),
    );
    const all = await device.packages("flaky", { bad: "null" }).toArray();
    expect(all.map((pkg) => pkg === null)).toEqual(ids.map((_id, k) => k % 4 === 1));
    await expect(device.packages("flaky", { bad: "throw" }).toArray()).rejects.toThrow(/BAD_COMMUNICATION_ERROR/);
  });

  test("stitches packages into one signal", async () => {
    await using device = await connect(options);
    const signal = await device.signal("acc-5");
    expect(signal.times.length).toBe(packages * samples);
    expect(signal.times.every((time, k) => time === start + BigInt(k) * 1_000_000n)).toBe(true);
    expect(signal.values.every((value, k) => Math.abs(value - Math.sin(k / 50)) < 0.02)).toBe(true);
    expect(signal).toMatchObject({ scale: 0, gaps: [], overlaps: [], problems: [] });
    const part = await device.signal("acc-5", { start: start + 1_500_500_000n, end: start + 2_500_000_000n });
    expect([part.times[0], part.times.at(-1), part.times.length]).toEqual([start + 1_501_000_000n, start + 2_499_000_000n, 999]);
  });

  test("chooses the scale for so many points", async () => {
    await using device = await connect(options);
    const coarse = await device.signal("acc-5", { maxPoints: 800 });
    expect([coarse.scale, coarse.times.length]).toEqual([4, packages * Math.floor(samples / 16)]);
    expect((await device.signal("acc-5", { maxPoints: 1e6 })).scale).toBe(0);
    expect((await device.signal("acc-5", { last: "1s", maxPoints: 500 })).scale).toBe(1);
  });

  test("reports what bad packages leave open", async () => {
    await using device = await connect(options);
    const { gaps, problems, values } = await device.signal("flaky");
    expect(problems).toHaveLength(3);
    expect(values.length).toBe(900);
    // Of a second each package fills 900 ms, and every fourth is bad.
    expect(gaps.map(({ start: from, end }) => end - from)).toEqual(
      [0, 2, 3, 4, 6, 7, 8, 10].map((k) => (k % 4 === 0 ? 1_100_000_000n : 100_000_000n)),
    );
    expect(gaps[0]).toMatchObject({ after: `flaky/${ids[0]}.dp`, before: `flaky/${ids[2]}.dp` });
  });

  test("reads metrics typed and sorted", async () => {
    await using device = await connect(options);
    const table = await device.metrics("energy-distr-1", { last: "3s", fields: ["count", "d1"] });
    expect(table.schema.fields.map(({ name, type }) => `${name}: ${type}`)).toEqual([
      "time: Timestamp<NANOSECOND, UTC>",
      "count: Int64",
      "d1: Float64",
    ]);
    expect(table.batches.flatMap((batch) => [...timesOf(batch)])).toEqual([9, 10, 11].map(seconds));
    expect([...chunksOf(table, "count").flatMap(({ values }) => [...(values as BigInt64Array)])]).toEqual([9n, 10n, 11n]);
    await expect(device.metrics("nothing")).rejects.toMatchObject({ code: "not-found" });
  });

  test("joins what has one id", async () => {
    await using device = await connect(options);
    const event = await device.event(ids[3] ?? 0n);
    expect([...event.packages.keys()]).toEqual(["acc-5", "camera", "flaky", "notes", "opcua", "typed"]);
    expect(event.metrics.get("energy-distr-1")).toMatchObject({ count: 3n, d1: 3.75 });
    expect(event.packages.get("opcua")?.scalars()).toMatchObject([{ value: 23 }, { value: null, status: { name: "BAD_SOURCE_STATE" } }]);
  });

  test("exports a folder that reads the same", async () => {
    await using device = await connect(options);
    const target = await mkdtemp(join(tmpdir(), "drift-"));
    try {
      const report = await device.export(target, { topics: ["acc*", "notes"], last: "4s", metadata: true });
      expect(report).toMatchObject({ packages: 8, problems: [] });
      await using copy = await connect({ path: target });
      expect((await copy.topics()).map(({ name }) => name)).toEqual(["acc-5", "notes"]);
      expect((await copy.signal("acc-5")).values).toEqual((await device.signal("acc-5", { last: "4s" })).values);
      const metadata = JSON.parse(await readFile(join(target, "notes", `${ids.at(-1)}.json`), "utf8"));
      expect(metadata).toMatchObject({ id: Number(ids.at(-1)), status: 0, type: "TEXT", text_info: { mime_type: "text/json" } });
    } finally {
      await rm(target, { recursive: true });
    }
  });

  test("is a source with the streams of the quick start", async () => {
    await using source = await drift.open(options);
    const acc = await source.stream("acc-5");
    const signal = await acc.table({ last: "5s", level: 3 });
    expect(signal.numRows).toBe(5 * 125);
    const picture = await (await source.stream("camera")).arrays({ last: "5s", level: 1 }).first();
    expect(picture).toMatchObject({ shape: [12, 20, 3], dims: ["height", "width", "channel"], level: 1 });
    const energies = await (await source.stream("energy-distr-1")).table({ last: "5s", columns: ["d1", "d2", "d3"] });
    expect([energies.numRows, energies.numCols]).toEqual([5, 4]);
    const pkg = await source.client.package(`acc-5/${first}.dp`);
    expect(pkg.status.code).toBe(0);
    expect(pkg.buffer.compose({ scale: 3 }).shape).toEqual([125]);
    const viewed = await acc.view({ points: 500 }).table();
    expect(viewed.numRows).toBeGreaterThan(200);
    expect(viewed.numRows).toBeLessThan(2000);
  });
});

test("rounds pixels as the reference, in JPEG and in PNG", async () => {
  await using device = await connect({ path: folder });
  const image = (await device.latest("camera"))?.images()[0];
  const composed = await image?.compose({ scale: 1 });
  if (composed === undefined) throw new Error("no image");
  const jpeg = await toJpeg(composed, { quality: 1 });
  expect([...jpeg.subarray(0, 2)]).toEqual([0xff, 0xd8]);
  expect((await toJpeg(composed, { quality: 0.1 })).length).toBeLessThan(jpeg.length);
  const { decode } = await import("fast-png");
  const png = decode(await toPng(composed));
  expect([png.width, png.height, png.channels]).toEqual([20, 12, 3]);
  const expected = Math.floor(Math.fround(Math.min(1, Math.max(0, composed.data[0] ?? 0)) * 255));
  expect(png.data[0]).toBe(expected);
  await expect(toJpeg(composed, { quality: 2 })).rejects.toMatchObject({ code: "options" });
});

test("finds the newest package of a topic with more than a page of them, in few listings", async () => {
  await using device = await startDevice({ serve: ["reductstore"] });
  for (let k = 0; k < 3000; k++) device.put("many", origin + BigInt(k) * 10n, new Uint8Array(0));
  const bytes = seriesPackage(origin + 30_000n, { size: 64, steps: 1, sample: (k) => k });
  device.put("many", origin + 30_000n, bytes);
  await using client = await connect(device.options);
  expect((await client.latest("many"))?.id).toBe(origin + 30_000n);
  const before = device.requests();
  expect(await client.packageNames("many").toArray()).toHaveLength(3001);
  // In batches of 85.
  expect(device.requests() - before).toBeLessThan(45);
});
