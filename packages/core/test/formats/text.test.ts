import { Table } from "apache-arrow";
import fc from "fast-check";
import { expect, test } from "vitest";
import { isSondeError } from "../../src/errors.js";
import { toCsv } from "../../src/formats/csv.js";
import { toNdjson } from "../../src/formats/ndjson.js";
import { batchOf } from "../../src/table/batch.js";
import { fieldOf, timeField } from "../../src/table/field.js";
import { schemaOf } from "../../src/table/schema.js";
import { arrowType } from "../../src/table/types.js";
import { cut, source } from "../kernels/brute.js";
import { everyBatch, everySchema, start } from "./sample.js";

/** RFC 4180 by the letter; undefined for an empty cell without quotes. */
function parseCsv(text: string): (string | undefined)[][] {
  const rows: (string | undefined)[][] = [[]];
  let at = 0;
  while (at < text.length) {
    let cell: string | undefined;
    if (text[at] === '"') {
      cell = "";
      for (at++; !(text[at] === '"' && text[at + 1] !== '"'); at++) {
        if (text[at] === '"') at++;
        cell += text[at];
      }
      at++;
    } else {
      const from = at;
      while (at < text.length && text[at] !== "," && text[at] !== "\n") at++;
      cell = at > from ? text.slice(from, at) : undefined;
    }
    rows.at(-1)!.push(cell);
    if (text[at] === "," && text[at + 1] === "\n") rows.at(-1)!.push(undefined);
    if (text[at++] === "\n" && at < text.length) rows.push([]);
  }
  return rows;
}

const column = (rows: (string | undefined)[][], name: string) => rows.slice(1).map((row) => row[rows[0]!.indexOf(name)]);

test("CSV holds every cell exactly, null is empty and NaN is not", async () => {
  const rows = parseCsv(await toCsv(new Table([everyBatch])));
  expect(rows[0]).toEqual(everySchema.fields.map(({ name }) => name));
  expect(column(rows, "time")).toEqual([
    "2017-07-14T02:40:00.000000001Z",
    "2017-07-14T02:40:00.000000002Z",
    "2017-07-14T02:40:00.000000002Z",
    "2262-04-11T23:47:16.854775807Z",
  ]);
  expect(column(rows, "i64")).toEqual(["-9223372036854775808", "9223372036854775807", undefined, "9007199254740993"]);
  expect(column(rows, "u64")).toEqual(["18446744073709551615", "0", "9223372036854775808", "9007199254740993"]);
  expect(column(rows, "f32")).toEqual(["1.5", "NaN", undefined, "-0.0"]);
  expect(column(rows, "f64")).toEqual(["0.1", "NaN", undefined, "-Infinity"]);
  expect(column(rows, "text")).toEqual(['a,"b"\r\n', "", undefined, "日本"]);
  expect(column(rows, "flag")).toEqual(["true", undefined, "false", "true"]);
  expect(column(rows, "bytes")).toEqual(["eyJhIjoxfQ==", "", undefined, "WzJd"]);
  expect(column(rows, "list")).toEqual(['["1","1152921504606846976"]', "[]", undefined, '["-1"]']);
  expect(column(rows, "inner")[0]).toBe('{"at":"2017-07-14T02:40:00.000000001Z","s":"x"}');
  expect(column(rows, "local")[3]).toBe("2017-07-14T02:40:00.000000000");
  expect(column(rows, "when")[0]).toBe("1969-12-31T23:59:59.999999999Z");
  expect(column(rows, "span")).toEqual(["1", undefined, "-1", String(2n ** 62n)]);
});

test("CSV writes times as integers and decodes cells where asked", async () => {
  const decode = (_: unknown, cell: unknown) =>
    (cell as Uint8Array).length ? JSON.parse(new TextDecoder().decode(cell as Uint8Array)) : 5n;
  const rows = parseCsv(await toCsv(everyBatch, { times: "nanos", decode }));
  expect(column(rows, "time")[0]).toBe(String(start));
  expect(column(rows, "bytes")).toEqual(['{"a":1}', '"5"', undefined, "[2]"]);
});

test("CSV of any text comes back, with any delimiter", async () => {
  const schema = schemaOf([timeField(), fieldOf('na"me', arrowType.utf8(), {}, true)]);
  let cases = 0;
  const texts = fc.array(fc.option(fc.string({ unit: fc.constantFrom("a", '"', ",", "\n", "\r", ";", "ü") })), { minLength: 1 });
  await fc.assert(
    fc.asyncProperty(texts, fc.array(fc.nat(9)), async (cells, cuts) => {
      cases++;
      const batch = batchOf(schema, { time: cells.map((_, k) => BigInt(k)), 'na"me': cells });
      const rows = parseCsv(await toCsv(source(cut(batch, cuts))));
      expect(column(rows, 'na"me')).toEqual(cells.map((cell) => cell ?? undefined));
    }),
  );
  console.log(`CSV: ${cases} cases`);
});

test("a source without rows has a header where the schema is known", async () => {
  expect(await toCsv(source([]), { schema: everySchema })).toMatch(/^time,i8,/);
  expect(await toCsv(source([]))).toBe("");
  expect(await toNdjson(new Table(everySchema))).toBe("");
});

test("a batch of other columns is refused, not dropped", async () => {
  const other = batchOf(schemaOf([timeField()]), { time: [1n] });
  await expect(toCsv([everyBatch, other])).rejects.toSatisfy((error) => isSondeError(error, "contract"));
  await expect(toNdjson([everyBatch, other])).rejects.toThrow(/a batch has the columns time: Timestamp<NANOSECOND, UTC>; those before/);
});

test("NDJSON keeps 64-bit integers as strings, NaN apart from null, and __proto__ as a key", async () => {
  const lines = (await toNdjson(everyBatch)).trimEnd().split("\n");
  const rows = lines.map((line) => JSON.parse(line));
  expect(rows.map((row) => row.i64)).toEqual(["-9223372036854775808", "9223372036854775807", null, "9007199254740993"]);
  expect(rows.map((row) => row.f64)).toEqual([0.1, "NaN", null, "-Infinity"]);
  expect(rows.map((row) => row.u32)).toEqual([4294967295, null, 2147483648, 1]);
  expect(rows[0].inner).toEqual({ at: "2017-07-14T02:40:00.000000001Z", s: "x" });
  expect(rows[0].time).toBe("2017-07-14T02:40:00.000000001Z");
  expect(JSON.parse((await toNdjson(everyBatch, { times: "nanos" })).split("\n")[0]!).time).toBe(String(start));
  const hostile = schemaOf([timeField(), fieldOf("__proto__", arrowType.int8())]);
  const columns = Object.fromEntries([
    ["time", [1n]],
    ["__proto__", [3]],
  ]);
  expect(await toNdjson(batchOf(hostile, columns))).toBe('{"time":"1970-01-01T00:00:00.000000001Z","__proto__":3}\n');
});
