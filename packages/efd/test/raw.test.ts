import { fs } from "@sonde/object-store";
import { expect, test } from "vitest";
import { efd, openEfd } from "../src/index.js";
import { emptyFolder } from "./support/archives.js";
import { hourSeconds, keyOf, put } from "./support/files.js";

const base = hourSeconds(10);
/** 2020: TAI is 37 s ahead. */
const tai = 37;

async function rawTopic() {
  const path = await emptyFolder();
  const store = fs(path);
  const avro = {
    type: "record",
    name: "t",
    fields: [
      { name: "temp", type: "float", units: "deg_C", description: "of the mirror" },
      { name: "__proto__", units: "x" },
    ],
  };
  await put(
    store,
    keyOf(10, 0),
    {
      private_sndStamp: ["double", Float64Array.of(base + tai + 0.25, base + tai + 2, base + tai + 1)],
      private_efdStamp: ["double", Float64Array.of(base + 0.5, base + 2.5, base + 1.5)],
      salIndex: ["long", BigInt64Array.of(1n, 2n, 1n)],
      temp: ["float", [1.5, null, 2.5]],
      name: ["text", ["a", "b", null]],
      cRIO_timestamp: ["double", Float64Array.of(base + tai, base + tai + 2, base + tai + 1)],
      force0: ["double", Float64Array.of(0, 8, 4)],
      force1: ["double", Float64Array.of(1, 9, 5)],
      force2: ["double", Float64Array.of(2, 10, 6)],
      force3: ["double", Float64Array.of(3, 11, 7)],
    },
    [["parquet.avro.schema", JSON.stringify(avro)]],
  );
  return path;
}

const seconds = (value: number) => BigInt(Math.round(value * 100)) * 10_000_000n;

test("places raw rows by the observatory's stamp in UTC, sorted, and keeps the other stamps as stored", async () => {
  await using archive = await openEfd({ path: await rawTopic() });
  const topic = await archive.topic("t");
  const description = await topic.describe();
  expect(description).toMatchObject({ kind: "raw", time: { name: "private_efdStamp", scale: "utc" } });
  expect(description.extent).toEqual({ start: seconds(base + 0.5), end: seconds(base + 2.5) + 1n });
  expect(description.fields.find(({ column }) => column === "temp")).toEqual({
    column: "temp",
    field: "temp",
    type: "Float32",
    unit: "deg_C",
    description: "of the mirror",
  });
  const rows = await topic
    .read({ columns: ["private_sndStamp", "temp", "name"] })
    .rows()
    .toArray();
  expect(rows).toEqual([
    { time: seconds(base + 0.5), private_sndStamp: base + tai + 0.25, temp: 1.5, name: "a" },
    { time: seconds(base + 1.5), private_sndStamp: base + tai + 1, temp: 2.5, name: null },
    { time: seconds(base + 2.5), private_sndStamp: base + tai + 2, temp: null, name: "b" },
  ]);
});

test("places raw rows by a stamp of TAI where asked, in UTC all the same", async () => {
  await using archive = await openEfd({ path: await rawTopic() });
  const topic = await archive.topic("t");
  const read = (options: Parameters<typeof topic.read>[0]) =>
    topic
      .read({ columns: ["salIndex"], ...options })
      .rows()
      .toArray();
  expect((await read({ timeColumn: "private_sndStamp" })).map(({ time }) => time)).toEqual([base + 0.25, base + 1, base + 2].map(seconds));
  expect((await read({ timeColumn: "private_sndStamp", timeScale: "utc" }))[0]?.time).toBe(seconds(base + tai + 0.25));
  const range = { start: seconds(base + 1), end: seconds(base + 2) };
  expect(await read({ timeColumn: "private_sndStamp", range })).toHaveLength(1);
  await expect(read({ timeColumn: "nothing" })).rejects.toMatchObject({ code: "not-found", id: "nothing" });
});

test("reads the rows of one component, and the newest", async () => {
  await using archive = await openEfd({ path: await rawTopic() });
  const topic = await archive.topic("t");
  expect(
    (
      await topic
        .read({ salIndex: 1, columns: ["name"] })
        .rows()
        .toArray()
    ).map(({ name }) => name),
  ).toEqual(["a", null]);
  expect(
    (
      await topic
        .newest(1, { columns: ["name"] })
        .rows()
        .toArray()
    ).map(({ name }) => name),
  ).toEqual(["b"]);
  expect(
    (
      await topic
        .newest(1, { salIndex: 1, columns: ["temp"] })
        .rows()
        .toArray()
    ).map(({ temp }) => temp),
  ).toEqual([2.5]);
});

test("unpacks packed series as the Python client does", async () => {
  await using archive = await openEfd({ path: await rawTopic() });
  const topic = await archive.topic("t");
  const all = await topic.packed("force");
  expect([...all.values]).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
  // The first distance, a second, over four samples a row.
  expect([...all.reference]).toEqual(Array.from({ length: 12 }, (_, index) => base + tai + index / 4));
  expect(all.times[1]).toBe(seconds(base + 0.25));
  const half = await topic.packed("force", { stride: 2 });
  expect([...half.values]).toEqual([0, 2, 4, 6, 8, 10]);
  expect(half.times[1]).toBe(seconds(base + 0.5));
  await expect(topic.packed("force", { stride: 3 })).rejects.toMatchObject({ code: "options" });
  await expect(topic.packed("torque")).rejects.toMatchObject({ code: "not-found" });
  await expect(topic.packed("force", { reference: "clock" })).rejects.toMatchObject({ code: "not-found", id: "clock" });
});

test("makes statistics of raw samples, and shows a band of them", async () => {
  await using archive = await openEfd({ path: await rawTopic() });
  const topic = await archive.topic("t");
  const windows = await topic
    .windows({ width: "1h", fields: ["force0"], statistics: ["min", "mean", "max", "median"] })
    .rows()
    .toArray();
  expect(windows).toEqual([{ time: seconds(base), min_force0: 0, mean_force0: 4, max_force0: 8, median_force0: 4, count_force0: 3n }]);
  const band = await topic.band("temp", { points: 1 });
  expect([band.unit, Math.min(...band.min), Math.max(...band.max), band.times.length]).toEqual(["deg_C", 1.5, 2.5, 2]);
  await using source = await efd.open({ path: await rawTopic() });
  const stream = await source.stream("t");
  expect((await stream.describe()).accuracy).toBe(120n);
});

test("reads topics whose schema changes on the way: missing columns are null, types are widened", async () => {
  const path = await emptyFolder();
  const store = fs(path);
  await put(store, keyOf(10, 0), { time: ["double", Float64Array.of(base)], a: ["int", Int32Array.of(1)], old: ["text", ["x"]] });
  await put(store, keyOf(11, 1), { time: ["double", Float64Array.of(base + 3600)], a: ["float", Float32Array.of(1.5)] });
  await put(store, keyOf(12, 2), {
    time: ["double", Float64Array.of(base + 7200)],
    a: ["long", BigInt64Array.of(2n ** 40n)],
    new: ["double", [0.5]],
  });
  await using archive = await openEfd({ path });
  const topic = await archive.topic("t");
  expect((await topic.fields()).map(({ column, type }) => [column, type])).toEqual([
    ["a", "Int64"],
    ["new", "Float64"],
    ["old", "Utf8"],
  ]);
  // A file between the ends whose values do not fit is told of; the others are read.
  const rows = topic.read({ onDamaged: "skip" });
  expect((await rows.rows().toArray()).map(({ a, old, new: fresh }) => [a, old, fresh])).toEqual([
    [1n, "x", null],
    [2n ** 40n, null, 0.5],
  ]);
  expect(rows.skipped).toMatchObject([{ key: keyOf(11, 1), error: { code: "format", key: keyOf(11, 1) } }]);
  expect(
    (
      await topic
        .read({ columns: ["old"] })
        .rows()
        .toArray()
    ).map(({ old }) => old),
  ).toEqual(["x", null, null]);
});

test("tells of rows that have no time, and reads the others", async () => {
  const path = await emptyFolder();
  await put(fs(path), keyOf(10, 0), { time: ["double", [base, null, Number.NaN, base + 1]], a: ["int", Int32Array.of(1, 2, 3, 4)] });
  await using archive = await openEfd({ path, onDamaged: "skip" });
  const rows = (await archive.topic("t")).read();
  expect((await rows.rows().toArray()).map(({ a }) => a)).toEqual([1, 4]);
  expect(rows.skipped).toMatchObject([{ key: keyOf(10, 0), error: { code: "format" } }]);
});

test("reads timestamps as times, exactly", async () => {
  const path = await emptyFolder();
  const exact = 1_596_794_400_000_000_001n;
  await put(fs(path), keyOf(10, 0), { stamp: ["nanos", BigInt64Array.of(exact)], a: ["int", Int32Array.of(1)] });
  await using archive = await openEfd({ path });
  const rows = await (await archive.topic("t"))
    .read({ range: { start: exact, end: exact + 1n } })
    .rows()
    .toArray();
  expect(rows).toEqual([{ time: exact, stamp: exact, a: 1 }]);
});

test("finds a column that only files in the middle have, where a range says where to look", async () => {
  const path = await emptyFolder();
  const store = fs(path);
  for (let hour = 10; hour < 15; hour++) {
    const columns = { time: ["double", Float64Array.of(base + (hour - 10) * 3600)], a: ["int", Int32Array.of(hour)] } as const;
    await put(store, keyOf(hour, hour), hour === 12 ? { ...columns, b: ["double", Float64Array.of(0.5)] } : columns);
  }
  await store.put(keyOf(13, 99), new Uint8Array(20));
  await using archive = await openEfd({ path });
  const topic = await archive.topic("t");
  expect((await topic.fields()).map(({ column }) => column)).toEqual(["a"]);
  const range = { start: "2020-08-07T11:00Z", end: "2020-08-07T13:00Z" };
  expect((await topic.fields({ range })).map(({ column }) => column)).toEqual(["a", "b"]);
  const rows = topic.read({ range, columns: ["b"], onDamaged: "skip" });
  expect((await rows.rows().toArray()).map(({ b }) => b)).toEqual([null, 0.5]);
  expect(rows.skipped).toMatchObject([{ key: keyOf(13, 99) }]);
  await expect(topic.read({ range, columns: ["c"] }).table()).rejects.toMatchObject({ code: "not-found", id: "c" });
  await expect(topic.read({ columns: ["b"] }).table()).rejects.toMatchObject({ code: "not-found", id: "b" });
});
