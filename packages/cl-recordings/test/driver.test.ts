import { open } from "@sonde/core";
import { cellOf, type RecordBatch } from "@sonde/core/connector";
import { decode } from "@sonde/msgpack-numpy";
import { describe, expect, test } from "vitest";
import { clRecordings } from "../src/index.js";
import { fixturePath, tutorialFile } from "./support/fixture.js";

async function rowsOf(path: string, stream: string, options: object = {}): Promise<unknown[]> {
  const source = await clRecordings.open({ path: fixturePath(path) });
  try {
    return (await (await source.stream(stream)).rows(options).toArray()).map(({ time: _time, tick: _tick, ...row }) => row);
  } finally {
    await source.close();
  }
}

async function columnsOf(stream: string): Promise<string[]> {
  const source = await clRecordings.open({ path: fixturePath("streams.h5") });
  try {
    const { schema } = await (await source.stream(stream)).describe();
    return schema.fields.slice(2).map((field) => `${field.name}: ${field.type}${field.nullable ? "?" : ""}`);
  } finally {
    await source.close();
  }
}

describe("a recording as a source", () => {
  test("is opened by its path, in six lines", async () => {
    const recording = await clRecordings.open({ path: fixturePath(tutorialFile) });
    const stream = recording.client.dataStreams.get<{ score: number }>("example_data_stream");
    const ticks: bigint[] = [];
    for await (const [timestamp] of stream.entries({ from: 2665n, to: 2668n })) ticks.push(timestamp);
    expect(ticks).toEqual([2665n, 2666n, 2667n]);
    expect(stream.attributes.application.score).toBe(2);
    await recording.close();
  });

  test("lists what was recorded, with what is known of it", async () => {
    const source = await clRecordings.open({ path: fixturePath(tutorialFile) });
    const streams = await source.streams().toArray();
    expect(streams.map(({ id, kind, collection, known }) => [id, kind, collection, known?.rows])).toEqual([
      ["samples", "series", tutorialFile, 5000],
      ["spikes", "events", tutorialFile, 5],
      ["stims", "events", tutorialFile, 2],
      ["data_stream/example_data_stream", undefined, tutorialFile, 4],
    ]);
    expect(streams[3]!.metadata).toEqual({ application: { score: 2, another_attrbute: [0, 1, 2, 3], new_attribute: 9.9 } });
    expect(source.info).toMatchObject({ format_version: "SDK", status: "finished", frames: 5000n, attributes: { project_id: "pong" } });
    await source.close();
  });

  test("is found by its address", async () => {
    const source = await open(fixturePath(tutorialFile), { connectors: [clRecordings] });
    expect(await (await source.stream("stims")).table()).toMatchObject({ numRows: 2 });
    await source.close();
    expect(clRecordings.address?.toOptions(new URL("file:///data/readings.csv"))).toBe(undefined);
    expect(clRecordings.address?.toOptions(new URL("file:///data/recordings"))).toEqual({ path: "file:///data/recordings" });
  });

  test("reads waveforms only where they are asked for", async () => {
    const [first] = await rowsOf(tutorialFile, "spikes", { columns: ["channel"] });
    expect(first).toEqual({ channel: 1 });
    const [whole] = (await rowsOf(tutorialFile, "spikes")) as { samples: Float32Array }[];
    expect(Array.from(whole!.samples.subarray(0, 3))).toEqual([0, 0.5, 1]);
  });

  test("says how raw samples become µV", async () => {
    const source = await clRecordings.open({ path: fixturePath(tutorialFile) });
    const { schema, extent, accuracy } = await (await source.stream("samples")).describe();
    expect(Object.fromEntries(schema.fields[2]!.metadata)).toEqual({
      "sonde:role": "quantity",
      "sonde:label": "Channel 0",
      "sonde:unit": "µV",
      "sonde:scale": "0.195",
    });
    expect(extent).toEqual({ start: 1_734_585_634_893_000_000n, end: 1_734_585_634_893_000_000n + 4999n * 40_000n + 1n });
    expect(accuracy).toBe(1_000_000n);
    await source.close();
  });
});

describe("a data stream as columns", () => {
  test("has a column for each key that all entries have", async () => {
    expect(await columnsOf("data_stream/ball")).toEqual(["x: Float64", "y: Int64", "hit: Bool", "label: Utf8"]);
    const rows = await rowsOf("streams.h5", "data_stream/ball", { columns: ["x", "hit", "label"] });
    expect(rows.slice(0, 2)).toEqual([
      { x: 0, hit: true, label: "at 0" },
      { x: 25 / 3, hit: false, label: "at 25" },
    ]);
  });

  test("keeps Python's kinds, whole numbers to their last digit", async () => {
    expect(await columnsOf("data_stream/scalars")).toEqual(["value: Float64"]);
    expect(await columnsOf("data_stream/whole")).toEqual(["value: Int64"]);
    expect(await rowsOf("streams.h5", "data_stream/whole")).toEqual([{ value: 1n }, { value: -(2n ** 63n) }, { value: 2n ** 63n - 1n }]);
    expect(await columnsOf("data_stream/large")).toEqual(["value: Uint64"]);
    expect(await rowsOf("streams.h5", "data_stream/large")).toEqual([{ value: 2n ** 64n - 1n }, { value: 0n }]);
    expect(await columnsOf("data_stream/numpy_scalars")).toEqual(["i: Int64", "f: Float64", "b: Bool"]);
  });

  test("has nulls where entries have none of a kind", async () => {
    expect(await columnsOf("data_stream/gaps")).toEqual(["a: Float64?", "b: Utf8?"]);
    expect(await rowsOf("streams.h5", "data_stream/gaps")).toEqual([
      { a: 1, b: null },
      { a: 0.5, b: "x" },
      { a: null, b: "y" },
    ]);
  });

  test("has arrays of one shape as lists of one size", async () => {
    expect(await columnsOf("data_stream/arrays")).toEqual(["value: FixedSizeList[4]<Float32>"]);
    expect((await rowsOf("streams.h5", "data_stream/arrays"))[1]).toEqual({ value: Float32Array.of(10, 11, 12, 13) });
  });

  test("keeps keys that clash with its own columns, and dangerous ones", async () => {
    expect(await columnsOf("data_stream/clash")).toEqual(["value.time: Int64", "value.tick: Int64", "a: Int64"]);
    expect(await columnsOf("data_stream/prototype")).toEqual(["__proto__: Int64", "constructor: Int64"]);
  });

  test("stays encoded where entries differ, and is decoded when a row is shown", async () => {
    for (const name of ["changing", "mixed", "empty"]) expect(await columnsOf(`data_stream/${name}`)).toEqual(["value: Binary"]);
    expect(await rowsOf("streams.h5", "data_stream/changing")).toEqual([{ value: { a: 1 } }, { value: { a: 1, b: 2 } }]);
    const source = await clRecordings.open({ path: fixturePath("streams.h5") });
    const batches: RecordBatch[] = [];
    for await (const batch of (await source.stream("data_stream/changing")).read()) batches.push(batch);
    expect(decode(cellOf(batches[0]!.data.children[2]!, 1) as Uint8Array)).toEqual({ a: 1, b: 2 });
    await source.close();
  });

  test("is put in order of time", async () => {
    expect(await rowsOf("streams.h5", "data_stream/shuffled")).toEqual([{ value: 1n }, { value: 2n }, { value: 4n }, { value: 3n }]);
  });

  test("delivers what comes before damage", async () => {
    const source = await clRecordings.open({ path: fixturePath("damaged.h5") });
    const { table, error } = await (await source.stream("data_stream/outside")).read().settle();
    expect(table.numRows).toBe(1);
    expect(error).toMatchObject({ code: "format", key: "data_stream/outside" });
    // Stored bytes are delivered as they are; showing the damaged one fails.
    expect((await (await source.stream("data_stream/cut")).table()).numRows).toBe(3);
    await source.close();
  });
});

describe("a folder of recordings", () => {
  test("has them as collections, newest first, without what is no recording", async () => {
    const source = await clRecordings.open({ path: fixturePath("") });
    expect(source.supports("collections")).toBe(true);
    const collections = await source.collections().toArray();
    expect(collections).toHaveLength(12);
    expect(collections.at(-1)!.id).toBe("undated.h5");
    const found = await source.collections({ where: { project_id: "pong", status: "unfinished" } }).toArray();
    expect(found.map(({ id }) => id).sort()).toEqual(["crashed.h5", "unfinished.h5"]);
    expect(await source.collections({ start: "2030-01-01" }).toArray()).toEqual([]);
    await source.close();
  });

  test("reads streams of any of them", async () => {
    const source = await clRecordings.open({ path: fixturePath("") });
    const streams = await source.streams({ collection: tutorialFile }).toArray();
    expect(streams.map(({ id, name }) => [id, name])).toContainEqual([`${tutorialFile}/spikes`, "spikes"]);
    expect(await (await source.stream(`${tutorialFile}/spikes`)).table()).toMatchObject({ numRows: 5 });
    expect((await source.streams({ name: "spikes" }).toArray()).length).toBeGreaterThan(5);
    await expect(source.stream("elsewhere.h5/spikes")).rejects.toMatchObject({ code: "not-found" });
    await source.close();
  });

  test("has no parts of a recording, and says so", async () => {
    const source = await clRecordings.open({ path: fixturePath("") });
    expect(() => source.client.spikes).toThrow("is a folder of recordings and has no spikes");
    await source.close();
  });
});
