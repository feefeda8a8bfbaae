import { toParquet } from "@sonde/core";
import { type ByteSource, faulty, fromBytes, isSondeError } from "@sonde/core/bytes";
import { arrowType, batchOf, fieldInfo, fieldOf, schemaOf, timeField } from "@sonde/core/connector";
import { expect, test } from "vitest";
import { openParquet } from "../../src/parquet/index.js";
import { readCells, signal } from "./support/read-all.js";

const origin = 1_596_834_000_000_000_000n;
const schema = schemaOf(
  [
    timeField(),
    fieldOf("mean_value1", arrowType.float64(), { unit: "m", statistic: "mean", of: "value1" }),
    fieldOf("count", arrowType.int64()),
    fieldOf("small", arrowType.int8(), {}, true),
    fieldOf("text", arrowType.utf8(), {}, true),
    fieldOf("flag", arrowType.bool(), {}, true),
    fieldOf("bytes", arrowType.binary(), {}, true),
    fieldOf("huge", arrowType.uint64()),
  ],
  [["note", "µ"]],
);
const batch = (rows: number, first = 0) => {
  const numbers = Array.from({ length: rows }, (_, row) => first + row);
  return batchOf(schema, {
    time: BigInt64Array.from(numbers, (row) => origin + BigInt(row) * 1_000_000_007n),
    mean_value1: Float64Array.from(numbers, (row) => (row % 7 === 3 ? Number.NaN : row / 3)),
    count: BigInt64Array.from(numbers, () => 10n),
    small: numbers.map((row) => (row % 3 === 0 ? null : (row % 256) - 128)),
    text: numbers.map((row) => (row % 5 === 0 ? null : `row ${row}`)),
    flag: numbers.map((row) => (row % 4 === 0 ? null : row % 2 === 0)),
    bytes: numbers.map((row) => (row % 6 === 0 ? null : Uint8Array.of(row & 255))),
    huge: BigUint64Array.from(numbers, (row) => 2n ** 64n - 1n - BigInt(row)),
  });
};
const file = await toParquet([batch(1000), batch(1000, 1000), batch(500, 2000)], { rowGroupRows: 1000 });

/** Records what is read. */
function recorded(bytes: Uint8Array) {
  const source = fromBytes(bytes, "sample.parquet");
  const reads: { start: number; end: number }[] = [];
  let [running, most] = [0, 0];
  const recorder: ByteSource = {
    ...source,
    async read(range, call) {
      reads.push(range);
      running += 1;
      most = Math.max(most, running);
      await new Promise((resolve) => setTimeout(resolve, 1));
      running -= 1;
      return source.read(range, call);
    },
  };
  return { source: recorder, reads, most: () => most };
}

test("reads what Sonde writes, metadata included", async () => {
  const opened = await openParquet(fromBytes(file), { signal });
  expect(opened.rows).toBe(2500);
  expect(opened.rowGroups.map(({ start, rows }) => [start, rows])).toEqual([
    [0, 1000],
    [1000, 1000],
    [2000, 500],
  ]);
  expect(opened.schema.fields.map((field) => [field.name, String(field.type), field.nullable])).toEqual(
    schema.fields.map((field) => [field.name, String(field.type), field.nullable]),
  );
  expect(fieldInfo(opened.schema.fields[1] ?? timeField())).toEqual({ unit: "m", statistic: "mean", of: "value1" });
  expect(opened.schema.metadata.get("note")).toBe("µ");
  const cells = await readCells(file);
  const rows = Array.from({ length: 2500 }, (_, row) => row);
  expect(cells.time).toEqual(rows.map((row) => origin + BigInt(row) * 1_000_000_007n));
  expect(cells.mean_value1).toEqual(rows.map((row) => (row % 7 === 3 ? Number.NaN : row / 3)));
  expect(cells.small?.slice(0, 3)).toEqual([null, -127, -126]);
  expect(cells.text).toEqual(rows.map((row) => (row % 5 === 0 ? null : `row ${row}`)));
  expect(cells.flag?.slice(0, 4)).toEqual([null, false, true, false]);
  expect(cells.huge?.[2499]).toBe(2n ** 64n - 2500n);
});

test("reads the columns, rows and row groups that are asked for, in the file's order", async () => {
  expect(Object.keys(await readCells(file, { columns: ["text", "time"] }))).toEqual(["time", "text"]);
  const { count, text } = await readCells(file, { columns: ["count", "text"], rows: { start: 998, end: 1002 } });
  expect(count).toEqual([10n, 10n, 10n, 10n]);
  expect(text).toEqual(["row 998", "row 999", null, "row 1001"]);
  const { text: last } = await readCells(file, { columns: ["text"], rowGroups: [2], batchRows: 64 });
  expect(last?.length).toBe(500);
  expect(last?.[1]).toBe("row 2001");
  await expect(readCells(file, { columns: ["none"] })).rejects.toMatchObject({ code: "not-found", id: "none" });
  await expect(readCells(file, { rowGroups: [3] })).rejects.toMatchObject({ code: "options" });
  await expect(readCells(file, { batchRows: 0 })).rejects.toMatchObject({ code: "options" });
});

test("tells the bounds of columns, and leaves out row groups by them", async () => {
  const opened = await openParquet(fromBytes(file), { signal });
  expect(opened.rowGroups[1]?.statistics("time")).toEqual({
    min: origin + 1000n * 1_000_000_007n,
    max: origin + 1999n * 1_000_000_007n,
    nulls: 0,
  });
  expect(opened.statistics("time")).toMatchObject({ min: origin, max: origin + 2499n * 1_000_000_007n });
  expect(opened.statistics("none")).toEqual({});
  const start = origin + 1500n * 1_000_000_007n;
  const { time } = await readCells(file, { columns: ["time"], where: { column: "time", start, end: start + 1n } });
  expect(time?.length).toBe(1000);
  expect(await readCells(file, { where: { column: "time", end: origin } })).toEqual({});
});

test("reads ranges of the chosen chunks only, many at a time, no further ahead than the next row group", async () => {
  const rows = Array.from({ length: 30 }, (_, index) => `c${index}`);
  const wide = schemaOf(rows.map((name) => fieldOf(name, arrowType.float64())));
  const values = Float64Array.from({ length: 40_000 }, () => Math.random());
  const bytes = await toParquet(
    Array.from({ length: 4 }, () => batchOf(wide, Object.fromEntries(rows.map((name) => [name, values])))),
    {
      rowGroupRows: 40_000,
    },
  );
  const { source, reads } = recorded(bytes);
  const opened = await openParquet(source, { signal });
  expect(reads.length).toBe(1);
  const iterator = opened.read({ columns: ["c0", "c15"], signal });
  await iterator.next();
  await new Promise((resolve) => setTimeout(resolve, 20));
  // Two chunks of the first group and two of the next.
  expect(reads.length).toBe(5);
  expect(reads.slice(1).reduce((sum, { start, end }) => sum + end - start, 0)).toBeLessThan(4 * 340_000);
  await iterator.return();
  const all = recorded(bytes);
  const again = await openParquet(all.source, { signal });
  await again.read({ signal }).next();
  expect(all.most()).toBeGreaterThan(1);
});

test("reads a large row group piece by piece, 16 requests and more at a time", async () => {
  const names = Array.from({ length: 24 }, (_, index) => `c${index}`);
  const wide = schemaOf(names.map((name) => fieldOf(name, arrowType.float64())));
  const values = Float64Array.from({ length: 131_072 }, () => Math.random());
  const bytes = await toParquet(batchOf(wide, Object.fromEntries(names.map((name) => [name, values]))));
  const { source, reads, most } = recorded(bytes);
  const opened = await openParquet(source, { signal });
  let rows = 0;
  for await (const part of opened.read({ signal })) {
    rows += part.numRows;
    const expected = Buffer.from(values.buffer, (rows - part.numRows) * 8, part.numRows * 8);
    for (const data of part.data.children)
      expect(expected.equals(new Uint8Array(data.values.buffer, data.values.byteOffset, expected.length))).toBe(true);
  }
  expect(rows).toBe(131_072);
  expect(most()).toBeGreaterThanOrEqual(16);
  expect(Math.max(...reads.map(({ start, end }) => end - start))).toBeLessThanOrEqual(2 ** 20);
});

test("comes in one request where the file is small", async () => {
  const small = await toParquet(batch(20));
  const { source, reads } = recorded(small);
  const opened = await openParquet(source, { signal, size: small.length });
  for await (const part of opened.read({ signal })) expect(part.numRows).toBe(20);
  expect(reads).toEqual([{ start: 0, end: small.length }]);
});

test("ends with the caller's reason, at any time", async () => {
  const early = new AbortController();
  early.abort("early");
  await expect(openParquet(fromBytes(file), { signal: early.signal })).rejects.toBe("early");
  const opened = await openParquet(fromBytes(file), { signal, wholeFileBytes: 0 });
  const late = new AbortController();
  const iterator = opened.read({ signal: late.signal, batchRows: 10 });
  await iterator.next();
  late.abort("late");
  await expect(iterator.next()).rejects.toBe("late");
});

test("fails with the source's own error, whichever call of it fails", async () => {
  let failures = 0;
  for (let failAt = 1; ; failAt++) {
    const source = faulty(fromBytes(file, "sample.parquet"), { failAt });
    const outcome = await (async () => {
      const opened = await openParquet(source, { signal, wholeFileBytes: 0 });
      let rows = 0;
      for await (const part of opened.read({ signal })) rows += part.numRows;
      return rows;
    })().catch((error: unknown) => error);
    if (source.failures === 0) {
      expect(outcome).toBe(2500);
      break;
    }
    expect(isSondeError(outcome, "connection")).toBe(true);
    failures += 1;
  }
  expect(failures).toBe(2);
});
