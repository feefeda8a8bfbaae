import { fromBytes } from "@sonde/core/bytes";
import fc from "fast-check";
import { expect, test } from "vitest";
import { openParquet } from "../../src/parquet/index.js";
import * as encode from "./support/encode.js";
import { type Element, encoding, makeFile } from "./support/make-file.js";
import { readCells, signal } from "./support/read-all.js";

type Levels = readonly (readonly [repetition: number, definition: number, value?: number])[];

/** A column of 32-bit integers with these levels, split into pages of three entries. */
function file(
  schema: readonly Element[],
  path: readonly string[],
  levels: Levels,
  rows: number,
  greatest: { repetition: number; definition: number },
) {
  const width = (level: number) => 32 - Math.clz32(level);
  const pages = Array.from({ length: Math.ceil(levels.length / 3) }, (_, page) => {
    const part = levels.slice(page * 3, page * 3 + 3);
    const repetitions = encode.sized(
      encode.hybrid(
        part.map(([level]) => level),
        width(greatest.repetition),
      ),
    );
    const definitions = encode.sized(
      encode.hybrid(
        part.map(([, level]) => level),
        width(greatest.definition),
      ),
    );
    const values = part.flatMap(([, , value]) => (value === undefined ? [] : encode.little(BigInt(value), 4)));
    return {
      values: part.length,
      encoding: encoding.PLAIN,
      body: [...(greatest.repetition ? repetitions : []), ...definitions, ...values],
    };
  });
  return makeFile(schema, [{ path, type: "INT32", pages }], rows);
}

/** Lists of integers, null, empty, with nulls in them: as levels of three-level lists. */
const lists = fc.array(fc.option(fc.array(fc.option(fc.integer({ min: -9, max: 9 }), { freq: 4 }), { maxLength: 5 }), { freq: 5 }), {
  minLength: 1,
  maxLength: 40,
});
const threeLevels = (rows: readonly (readonly (number | null)[] | null)[]): Levels =>
  rows.flatMap((row): Levels => {
    if (row === null) return [[0, 0]];
    if (row.length === 0) return [[0, 1]];
    return row.map((value, index) => (value === null ? [index ? 1 : 0, 2] : [index ? 1 : 0, 3, value]));
  });

test("reads lists of three levels, with every kind of emptiness", async () => {
  const schema: Element[] = [
    { name: "a", repetition: 1, children: 1, converted: 3 },
    { name: "list", repetition: 2, children: 1 },
    { name: "element", type: "INT32", repetition: 1 },
  ];
  await fc.assert(
    fc.asyncProperty(lists, async (rows) => {
      const bytes = file(schema, ["a", "list", "element"], threeLevels(rows), rows.length, { repetition: 1, definition: 3 });
      expect(await readCells(bytes, { batchRows: 4 })).toEqual({ a: rows });
    }),
    { numRuns: 200 },
  );
  console.log("parquet lists: 200 random columns");
});

test("reads lists of two levels, as parquet-avro writes arrays", async () => {
  const schema: Element[] = [
    { name: "a", repetition: 0, children: 1, converted: 3 },
    { name: "array", type: "INT32", repetition: 2 },
  ];
  const levels: Levels = [
    [0, 1, 1],
    [1, 1, 2],
    [0, 0],
    [0, 1, 3],
  ];
  const bytes = file(schema, ["a", "array"], levels, 3, { repetition: 1, definition: 1 });
  expect(await readCells(bytes)).toEqual({ a: [[1, 2], [], [3]] });
  const { schema: read } = await openParquet(fromBytes(bytes), { signal });
  expect(read.fields.map((field) => [String(field.type), field.nullable])).toEqual([["List<Int32>", false]]);
});

test("reads lists of lists of two levels", async () => {
  const schema: Element[] = [
    { name: "a", repetition: 0, children: 1, converted: 3 },
    { name: "array", repetition: 2, children: 1, converted: 3 },
    { name: "array", type: "INT32", repetition: 2 },
  ];
  const levels: Levels = [
    [0, 2, 1],
    [2, 2, 2],
    [1, 1],
    [1, 2, 3],
    [0, 0],
    [0, 1],
  ];
  const bytes = file(schema, ["a", "array", "array"], levels, 3, { repetition: 2, definition: 2 });
  expect(await readCells(bytes)).toEqual({ a: [[[1, 2], [], [3]], [], [[]]] });
});

test("reads repeated values without an annotation, and structs that are null", async () => {
  const bare = file(
    [{ name: "a", type: "INT32", repetition: 2 }],
    ["a"],
    [
      [0, 1, 5],
      [1, 1, 6],
      [0, 0],
    ],
    2,
    { repetition: 1, definition: 1 },
  );
  expect(await readCells(bare)).toEqual({ a: [[5, 6], []] });
  const schema: Element[] = [
    { name: "a", repetition: 1, children: 1 },
    { name: "x", type: "INT32", repetition: 1 },
  ];
  const struct = file(
    schema,
    ["a", "x"],
    [
      [0, 0],
      [0, 1],
      [0, 2, 7],
    ],
    3,
    { repetition: 0, definition: 2 },
  );
  expect(await readCells(struct)).toEqual({ a: [null, { x: null }, { x: 7 }] });
});

test("reads maps with keys that come twice", async () => {
  const schema: Element[] = [
    { name: "a", repetition: 1, children: 1, converted: 1 },
    { name: "key_value", repetition: 2, children: 2 },
    { name: "key", type: "INT32", repetition: 0 },
    { name: "value", type: "INT32", repetition: 1 },
  ];
  const column = (name: string, definitions: readonly number[], values: readonly number[], greatest: number) => ({
    path: ["a", "key_value", name],
    type: "INT32" as const,
    pages: [
      {
        values: 3,
        encoding: encoding.PLAIN,
        body: [
          ...encode.sized(encode.hybrid([0, 1, 0], 1)),
          ...encode.sized(encode.hybrid(definitions, 32 - Math.clz32(greatest))),
          ...values.flatMap((value) => encode.little(BigInt(value), 4)),
        ],
      },
    ],
  });
  const bytes = makeFile(schema, [column("key", [2, 2, 1], [4, 4], 2), column("value", [3, 2, 1], [9], 3)], 2);
  const opened = await openParquet(fromBytes(bytes), { signal });
  for await (const batch of opened.read({ signal })) {
    const pairs = batch.data.children[0]?.children[0]?.children;
    expect(pairs?.map(({ values }) => Array.from(values as Int32Array))).toEqual([
      [4, 4],
      [9, 0],
    ]);
    expect(Array.from(batch.data.children[0]?.valueOffsets ?? [])).toEqual([0, 2, 2]);
  }
});

test("refuses levels that can't be", async () => {
  const schema: Element[] = [
    { name: "a", repetition: 1, children: 1, converted: 3 },
    { name: "list", repetition: 2, children: 1 },
    { name: "element", type: "INT32", repetition: 1 },
  ];
  const path = ["a", "list", "element"];
  const refused = async (levels: Levels, rows: number) => {
    const bytes = file(schema, path, levels, rows, { repetition: 1, definition: 3 });
    await expect(readCells(bytes)).rejects.toMatchObject({ code: "format", key: "sample.parquet" });
  };
  await refused(
    [
      [1, 3, 1],
      [0, 3, 1],
    ],
    1,
  );
  await refused(
    [
      [0, 3, 1],
      [1, 3, 1],
    ],
    2,
  );
});
