import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isSondeError } from "@sonde/core";
import { fs } from "@sonde/object-store";
import { parquetMetadataAsync, parquetReadObjects } from "hyparquet";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { aggregateRows, writeAggregated } from "../src/index.js";

const second = 1_000_000_000n;
const origin = 1_596_837_600n * second;
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "sonde-efd-"));
});
afterAll(() => rm(folder, { recursive: true }));

const windows = (from: bigint, count: number, step = second) =>
  Array.from({ length: count }, (_, index) => ({
    time: from + BigInt(index) * step + second / 2n,
    window_size: 1,
    count: 10,
    mean_value: index + 0.25,
  }));
const read = async (key: string) => {
  const bytes = new Uint8Array(await readFile(join(folder, key)));
  return bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength);
};

describe("writeAggregated", () => {
  test("writes six files an hour, in the sink's layout", async () => {
    const files = await writeAggregated(fs(folder), windows(origin, 7200), { topic: "example-002-aggregated" });
    const key = (hour: number, offset: string) =>
      `topics/example-002-aggregated/year=2020/month=08/day=07/hour=${hour}/example-002-aggregated+0+${offset}.snappy.parquet`;
    const offsets = (hour: number) =>
      Array.from({ length: 6 }, (_, file) => key(22 + hour, String(hour * 3600 + file * 600).padStart(10, "0")));
    expect(files.map((file) => file.key)).toEqual([...offsets(0), ...offsets(1)]);
    expect(files.map((file) => file.rows)).toEqual(Array(12).fill(600));
  });

  test("writes required columns of the record's types, compressed by Snappy, with the Avro schema", async () => {
    const [file] = await writeAggregated(fs(folder), windows(origin, 3), { topic: "types", topicsDir: "" });
    expect(file?.key).toBe("types/year=2020/month=08/day=07/hour=22/types+0+0000000000.snappy.parquet");
    const bytes = await read(file?.key ?? "");
    const metadata = await parquetMetadataAsync(bytes);
    expect(metadata.schema.slice(1).map(({ name, type, repetition_type }) => [name, type, repetition_type])).toEqual([
      ["time", "DOUBLE", "REQUIRED"],
      ["window_size", "DOUBLE", "REQUIRED"],
      ["count", "INT64", "REQUIRED"],
      ["mean_value", "DOUBLE", "REQUIRED"],
    ]);
    expect(metadata.row_groups).toHaveLength(1);
    expect(new Set(metadata.row_groups[0]?.columns.map(({ meta_data }) => meta_data?.codec))).toEqual(new Set(["SNAPPY"]));
    const avro = metadata.key_value_metadata?.find(({ key }) => key === "parquet.avro.schema")?.value;
    expect(JSON.parse(avro ?? "").fields[2]).toEqual({ name: "count", type: "long" });
    expect(await parquetReadObjects({ file: bytes })).toEqual(
      [0, 1, 2].map((index) => ({ time: 1_596_837_600.5 + index, window_size: 1, count: 10n, mean_value: index + 0.25 })),
    );
  });

  test("begins another file after so many rows, for other columns, and for another hour", async () => {
    const sizes = async (rows: Parameters<typeof writeAggregated>[1], options: object = {}) =>
      (await writeAggregated(fs(folder), rows, { topic: "rotation", ...options })).map((file) => file.rows);
    expect(await sizes(windows(origin, 10), { flushSize: 4 })).toEqual([4, 4, 2]);
    expect(await sizes([...windows(origin, 2), ...windows(origin + 2n * second, 2).map((row) => ({ ...row, max_value: 1 }))])).toEqual([
      2, 2,
    ]);
    expect(await sizes(windows(origin + 3598n * second, 4))).toEqual([2, 2]);
    expect(await sizes(windows(origin, 3, 600n * second), { rotateInterval: "20m" })).toEqual([2, 1]);
    expect(await sizes([])).toEqual([]);
  });

  test("puts late rows where they were produced, and goes on behind other files", async () => {
    const options = { topic: "late", lateness: "30s", partition: 3, firstOffset: 41 };
    const files = await writeAggregated(fs(folder), windows(origin + 3568n * second, 4), options);
    expect(files.map(({ key, rows }) => [key.slice(-41), rows])).toEqual([
      ["hour=22/late+3+0000000041.snappy.parquet".padStart(41, "/"), 2],
      ["hour=23/late+3+0000000043.snappy.parquet".padStart(41, "/"), 2],
    ]);
  });

  test("takes what aggregateRows gives", async () => {
    const rows = Array.from({ length: 40 }, (_, index) => ({ time: origin + (BigInt(index) * second) / 10n, value: index }));
    const [file] = await writeAggregated(fs(folder), aggregateRows(rows, { operations: ["mean", "stdev"] }), { topic: "straight" });
    const table = await parquetReadObjects({ file: await read(file?.key ?? "") });
    expect(table.map(({ time, count, mean_value }) => [time, count, mean_value])).toEqual(
      [0, 1, 2, 3].map((index) => [1_596_837_600.5 + index, 10n, index * 10 + 4.5]),
    );
  });

  test("refuses topics that could lead elsewhere, impossible numbers and cells that no column holds", async () => {
    const attempt = (options: object, rows = windows(origin, 1)) => writeAggregated(fs(folder), rows, { topic: "t", ...options });
    for (const options of [{ topic: "../t" }, { topic: "" }, { flushSize: 0 }, { partition: -1 }, { firstOffset: 0.5 }]) {
      await expect(attempt(options)).rejects.toSatisfy((error) => isSondeError(error, "options"));
    }
    for (const cell of [null, [1], undefined]) {
      const rows = [{ time: origin, value: cell }];
      await expect(writeAggregated(fs(folder), rows, { topic: "t" })).rejects.toSatisfy((error) => isSondeError(error, "unsupported"));
    }
    const mixed = [
      { time: origin, value: 1 },
      { time: origin + 1n, value: "x" },
    ];
    await expect(writeAggregated(fs(folder), mixed, { topic: "t" })).rejects.toSatisfy((error) => isSondeError(error, "unsupported"));
  });

  test("stops by its signal", async () => {
    const controller = new AbortController();
    const reason = new Error("enough");
    async function* rows() {
      yield* windows(origin, 2);
      controller.abort(reason);
      yield* windows(origin + 3n * second, 2);
    }
    await expect(writeAggregated(fs(folder), rows(), { topic: "t", signal: controller.signal })).rejects.toBe(reason);
  });
});
