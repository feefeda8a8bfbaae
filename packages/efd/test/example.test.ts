import { mkdir, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { isSondeError } from "@sonde/core";
import { parquetReadObjects } from "hyparquet";
import { afterAll, beforeAll, expect, test } from "vitest";
import { aggregate } from "../src/index.js";
import { makeExampleArchive } from "../src/testing/index.js";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "sonde-efd-"));
  for (const name of ["two", "a", "b", "c", "raw"]) await mkdir(join(folder, name));
});
afterAll(() => rm(folder, { recursive: true }));

const bytesOf = async (...path: readonly string[]) => {
  const bytes = new Uint8Array(await readFile(join(folder, ...path)));
  return bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength);
};

test("makes the notebook's experiment, smaller where asked", async () => {
  const files = await makeExampleArchive(join(folder, "two"), { topics: 2, span: "20m" });
  const hour = (topic: number) => `topics/example-00${topic}-aggregated/year=2020/month=08/day=07/hour=22/example-00${topic}-aggregated+0+`;
  expect(files.map(({ key, rows }) => [key, rows])).toEqual([
    [`${hour(0)}0000000000.snappy.parquet`, 600],
    [`${hour(0)}0000000600.snappy.parquet`, 600],
    [`${hour(1)}0000000000.snappy.parquet`, 600],
    [`${hour(1)}0000000600.snappy.parquet`, 600],
  ]);
  const rows = await parquetReadObjects({ file: await bytesOf("two", files[0]?.key ?? "") });
  expect(Object.keys(rows[0] ?? {})).toHaveLength(53);
  expect(rows[0]).toMatchObject({ time: 1_596_837_600.5, window_size: 1, count: 10n });
});

test("gives the same bytes for the same options, and others for another seed", async () => {
  const small = { topics: 1, fields: 1, span: "10s" };
  const key = "topics/example-000-aggregated/year=2020/month=08/day=07/hour=22/example-000-aggregated+0+0000000000.snappy.parquet";
  const url = pathToFileURL(join(folder, "a"));
  await makeExampleArchive(url, small);
  await makeExampleArchive(join(folder, "b"), small);
  await makeExampleArchive(join(folder, "c"), { ...small, seed: 2 });
  const [a, b, c] = await Promise.all(["a", "b", "c"].map(async (name) => new Uint8Array(await bytesOf(name, key))));
  expect(a).toEqual(b);
  expect(a).not.toEqual(c);
});

test("writes the messages too, of which the windows are the statistics", async () => {
  const files = await makeExampleArchive(join(folder, "raw"), {
    topics: 1,
    fields: 2,
    span: "5s",
    raw: true,
    operations: ["mean", "stdev"],
  });
  const [windows, messages] = await Promise.all(files.map(async ({ key }) => parquetReadObjects({ file: await bytesOf("raw", key) })));
  expect(files[1]?.key).toMatch(/^topics\/example-000\/year=2020\/.*\/example-000\+0\+0000000000\.snappy\.parquet$/);
  for (const [index, window] of (windows ?? []).entries()) {
    const values = messages?.slice(index * 10, index * 10 + 10).map(({ value1 }) => value1) ?? [];
    expect([window.mean_value1, window.stdev_value1]).toEqual(Object.values(aggregate(values, { operations: ["mean", "stdev"] })));
  }
});

test("refuses sizes that are none, and stops by its signal", async () => {
  const reason = new Error("enough");
  await expect(makeExampleArchive(folder, { topics: 0 })).rejects.toSatisfy((error) => isSondeError(error, "options"));
  await expect(makeExampleArchive(folder, { frequency: 0.5 })).rejects.toSatisfy((error) => isSondeError(error, "options"));
  await expect(makeExampleArchive(folder, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
});
