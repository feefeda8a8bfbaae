import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { toParquet } from "@sonde/core";
import { fromBytes, sondeError } from "@sonde/core/bytes";
import { arrowType, batchOf, fieldOf, schemaOf, timeField } from "@sonde/core/connector";
import { conformance } from "@sonde/testkit";
import { afterAll, expect, test } from "vitest";
import { parquet } from "../../src/parquet/index.js";
import * as encode from "./support/encode.js";
import { encoding, makeFile } from "./support/make-file.js";

const start = 1_596_834_000_500_000_001n;
const rows = 5000;
const numbers = Array.from({ length: rows }, (_, row) => row);
const schema = schemaOf([timeField(), fieldOf("value", arrowType.float64()), fieldOf("text", arrowType.utf8(), {}, true)]);
const batch = batchOf(schema, {
  time: BigInt64Array.from(numbers, (row) => start + BigInt(row) * 1_000_003n),
  value: Float64Array.from(numbers, (row) => Math.sin(row)),
  text: numbers.map((row) => (row % 10 ? `t${row}` : null)),
});
const bytes = await toParquet(batch, { rowGroupRows: 1000 });
const source = (content: Uint8Array, name: string) => fromBytes(content, name);
const folder = await mkdtemp(join(tmpdir(), "sonde-parquet-"));
afterAll(() => rm(folder, { recursive: true }));
/** On disk: may be opened again and again. */
const saved = async (content: Uint8Array, name: string) => {
  const path = join(folder, name);
  await writeFile(path, content);
  return path;
};
const options = () => ({ path: source(bytes, "files/windows.parquet") });
/** Whole but for its last pages: 4,000 rows and more come first. */
const groups = await toParquet(
  Array.from({ length: 5 }, (_, group) => batch.slice(group * 1000, (group + 1) * 1000)),
  { rowGroupRows: 1000 },
);

const doubles = (values: readonly number[]) => [...new Uint8Array(Float64Array.from(values).buffer)];
const column = (name: string, values: readonly number[]) => ({
  path: [name],
  type: "DOUBLE" as const,
  pages: [{ values: values.length, encoding: encoding.PLAIN, body: doubles(values) }],
});
const hostile = makeFile(
  [
    { name: "time", type: "DOUBLE" },
    { name: "__proto__", type: "DOUBLE" },
  ],
  [column("time", [1.5, 2.5]), column("__proto__", [1, 2])],
  2,
);

/** The file, except that the bytes of its last row group's values are others. */
async function damaged() {
  const { openParquet } = await import("../../src/parquet/index.js");
  const { rowGroups } = await openParquet(fromBytes(groups), { signal: new AbortController().signal });
  const copy = groups.slice();
  const range = rowGroups[4]?.columns[1]?.range;
  if (range === undefined) throw sondeError("contract", "no fifth row group", {});
  copy.fill(0xff, range.start, range.end);
  return { path: await saved(copy, "windows.parquet") };
}

conformance(parquet, {
  options,
  invalid: [{}, { path: "" }, { path: 5 }, { path: "a.parquet", unknown: true }, { path: "a.parquet", int96: "hours" }],
  stream: { id: "windows", rows, firstTimes: [start, start + 1_000_003n, start + 2_000_006n] },
  damaged: { options: await damaged(), stream: "windows", rows: 4000, key: join(folder, "windows.parquet") },
  hostile: { options: { path: await saved(hostile, "h.parquet") }, stream: "h", column: "__proto__" },
  runtimes: { node: true, browser: true },
});

test("finds the column of times, seconds of UTC and TAI too, and sorts rows that are not in order", async () => {
  const tai = makeFile(
    [
      { name: "private_sndStamp", type: "DOUBLE" },
      { name: "x", type: "DOUBLE" },
    ],
    [column("private_sndStamp", [1_600_000_039.5, 1_600_000_037.25]), column("x", [2, 1])],
    2,
  );
  await using archive = await parquet.open({ path: source(tai, "raw.parquet"), timeColumn: "private_sndStamp" });
  const stream = await archive.stream("raw");
  const found = await stream.rows().toArray();
  expect(found.map(({ time, x }) => [time, x])).toEqual([
    [1_600_000_000_250_000_000n, 1],
    [1_600_000_002_500_000_000n, 2],
  ]);
  expect((await stream.rows({ start: "2020-09-13T12:26:41Z" }).toArray()).length).toBe(1);
});

test("keeps what Sonde's own files say of their columns", async () => {
  const said = schemaOf([
    timeField({ at: "middle", width: 10n }),
    fieldOf("mean_x", arrowType.float64(), { statistic: "mean", of: "x", unit: "m" }),
  ]);
  const written = await toParquet(batchOf(said, { time: BigInt64Array.of(1n, 2n), mean_x: Float64Array.of(1, 2) }));
  await using archive = await parquet.open({ path: written });
  const [stream] = await archive.streams().toArray();
  const description = await stream?.describe();
  expect(description?.schema.fields.map(({ metadata }) => Object.fromEntries(metadata))).toEqual([
    { "sonde:role": "time", "sonde:at": "middle", "sonde:width": "10" },
    { "sonde:statistic": "mean", "sonde:of": "x", "sonde:unit": "m" },
  ]);
  expect(description).toMatchObject({ rows: 2, extent: { start: 1n, end: 3n } });
});

test("refuses a file without times, and says what to name", async () => {
  const timeless = makeFile(
    [{ name: "text", type: "BYTE_ARRAY", converted: 0 }],
    [
      {
        path: ["text"],
        type: "BYTE_ARRAY",
        pages: [{ values: 1, encoding: encoding.PLAIN, body: encode.plainBytes([Uint8Array.of(97)]) }],
      },
    ],
    1,
  );
  await expect(parquet.open({ path: source(timeless, "a.parquet") })).rejects.toMatchObject({ code: "unsupported", what: "timeColumn" });
});
