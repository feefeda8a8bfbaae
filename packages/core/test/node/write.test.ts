import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Table } from "apache-arrow";
import { afterEach, beforeEach, expect, test } from "vitest";
import { toCsv } from "../../src/formats/csv.js";
import { fromIPC } from "../../src/formats/ipc.js";
import { toNdjson } from "../../src/formats/ndjson.js";
import { writeArrow, writeCsv, writeNdjson, writeParquet } from "../../src/node/index.js";
import { everyBatch, everySchema } from "../formats/sample.js";
import { rowsOfBatch, source } from "../kernels/brute.js";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "sonde-"));
});
afterEach(() => rm(folder, { recursive: true }));

test("each format lands in its file whole, from a table or from batches", async () => {
  const file = (name: string) => join(folder, name);
  expect(await writeCsv(new Table([everyBatch]), file("a.csv"))).toMatchObject({ rows: 4 });
  expect(await readFile(file("a.csv"), "utf8")).toBe(await toCsv(everyBatch));
  await writeNdjson(source([everyBatch, everyBatch]), file("a.ndjson"));
  expect(await readFile(file("a.ndjson"), "utf8")).toBe(await toNdjson([everyBatch, everyBatch]));
  await writeArrow(source([everyBatch]), file("a.arrow"));
  const bytes = await readFile(file("a.arrow"));
  expect(bytes.toString("latin1", 0, 6)).toBe("ARROW1");
  expect(fromIPC(bytes).batches.flatMap(rowsOfBatch)).toEqual(rowsOfBatch(everyBatch));
  await writeParquet(source([everyBatch]), file("a.parquet"));
  const parquet = await readFile(file("a.parquet"));
  expect([parquet.toString("latin1", 0, 4), parquet.toString("latin1", parquet.length - 4)]).toEqual(["PAR1", "PAR1"]);
  expect((await readdir(folder)).sort()).toEqual(["a.arrow", "a.csv", "a.ndjson", "a.parquet"]);
});

test("a failed export leaves what was there, and no half file", async () => {
  const file = join(folder, "a.csv");
  await writeFile(file, "before");
  const broken = new Error("damaged");
  await expect(writeCsv(source([everyBatch], broken), file)).rejects.toBe(broken);
  expect(await readFile(file, "utf8")).toBe("before");
  expect(await readdir(folder)).toEqual(["a.csv"]);
});

test("an abort ends a stuck export with its reason", async () => {
  const controller = new AbortController();
  async function* stuck() {
    yield everyBatch;
    await new Promise(() => {});
  }
  const reason = new Error("enough");
  const onProgress = () => setTimeout(() => controller.abort(reason), 1);
  await expect(writeNdjson(stuck(), join(folder, "a.ndjson"), { signal: controller.signal, onProgress })).rejects.toBe(reason);
  expect(await readdir(folder)).toEqual([]);
  await expect(writeCsv(everyBatch, join(folder, "b.csv"), { signal: controller.signal })).rejects.toBe(reason);
});

test("progress counts rows and bytes, and the source is asked for one batch at a time", async () => {
  const seen: number[] = [];
  const from = source([everyBatch, everyBatch, everyBatch]);
  const onProgress = ({ rows, bytes }: { rows: number; bytes: number }) => {
    seen.push(rows);
    expect(bytes).toBeGreaterThan(0);
    expect(from.state.pulled).toBeLessThanOrEqual(rows / 4 + 1);
  };
  const { rows, bytes } = await writeCsv(from, join(folder, "a.csv"), { onProgress });
  expect(rows).toBe(12);
  expect(seen.at(-1)).toBe(12);
  expect((await readFile(join(folder, "a.csv"))).length).toBe(bytes);
});

test("without rows a file of columns needs the schema, and says so", async () => {
  const file = join(folder, "a.parquet");
  await expect(writeParquet(source([]), file)).rejects.toThrow(/give \{ schema \}/);
  expect(await writeParquet(source([]), file, { schema: everySchema })).toMatchObject({ rows: 0 });
  await writeArrow(source([]), join(folder, "a.arrow"), { schema: everySchema });
  expect(fromIPC(await readFile(join(folder, "a.arrow"))).numRows).toBe(0);
});
