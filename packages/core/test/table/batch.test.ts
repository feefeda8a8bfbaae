import {
  Dictionary,
  Int32,
  makeData,
  makeVector,
  type RecordBatch,
  Table,
  TimestampNanosecond,
  tableFromIPC,
  tableToIPC,
  Utf8,
  vectorFromArray,
} from "apache-arrow";
import { expect, test } from "vitest";
import { batchOf } from "../../src/table/batch.js";
import { canonicalBatch } from "../../src/table/canonical.js";
import { cellOf, cellOfVector, sliceTime, timesOf } from "../../src/table/column.js";
import { fieldInfo, fieldOf, timeField } from "../../src/table/field.js";
import { schemaOf, schemaText } from "../../src/table/schema.js";
import { arrowType } from "../../src/table/types.js";

const schema = schemaOf([
  timeField({ at: "start", width: 10n }),
  fieldOf("value", arrowType.float64(), { unit: "V" }, true),
  fieldOf("name", arrowType.utf8(), {}, true),
  fieldOf("bytes", arrowType.binary()),
  fieldOf("flag", arrowType.bool()),
  fieldOf("wave", arrowType.fixedSizeList(arrowType.float32(), 2)),
]);
const start = 1_500_000_000_000_000_001n;
const batch = batchOf(schema, {
  time: BigInt64Array.of(start, start + 1n, start + 2n),
  value: { values: Float64Array.of(1, 0, Number.NaN), valid: (row) => row !== 1 },
  name: ["a", null, "ü"],
  bytes: [Uint8Array.of(1), new Uint8Array(0), Uint8Array.of(2, 3)],
  flag: Uint8Array.of(1, 0, 1),
  wave: Float32Array.of(1, 2, 3, 4, 5, 6),
});
const rows = (of: RecordBatch) => Array.from({ length: of.numRows }, (_, row) => of.data.children.map((data) => cellOf(data, row)));

test("cells come back exact, null is not NaN", () => {
  expect(rows(batch)).toEqual([
    [start, 1, "a", Uint8Array.of(1), true, Float32Array.of(1, 2)],
    [start + 1n, null, null, new Uint8Array(0), false, Float32Array.of(3, 4)],
    [start + 2n, Number.NaN, "ü", Uint8Array.of(2, 3), true, Float32Array.of(5, 6)],
  ]);
});

test("a slice by time is half open and reads the same cells", () => {
  const slice = sliceTime(batch, { start: start + 1n, end: start + 3n });
  expect(rows(slice)).toEqual(rows(batch).slice(1));
  expect([...timesOf(slice)]).toEqual([start + 1n, start + 2n]);
});

test("decoded batches and ours mix in both orders after canonicalBatch", () => {
  const decoded = tableFromIPC(tableToIPC(new Table([batch]))).batches[0]!;
  for (const pair of [
    [batch, canonicalBatch(decoded)],
    [canonicalBatch(decoded), batch],
  ] as const) {
    const table = new Table([...pair]);
    expect(tableFromIPC(tableToIPC(table)).numRows).toBe(6);
  }
  expect(rows(canonicalBatch(sliceTime(batch, { start: start + 1n, end: start + 2n })))).toEqual([rows(batch)[1]]);
  expect(fieldInfo(decoded.schema.fields[0]!)).toEqual({ role: "time", at: "start", width: 10n });
});

test("subclass types and dictionaries become the plain canonical types", () => {
  const dictionary = vectorFromArray(["x", null, "x"], new Dictionary(new Utf8(), new Int32()));
  const time = makeVector(makeData({ type: new TimestampNanosecond("UTC"), length: 3, nullCount: 0, data: BigInt64Array.of(1n, 2n, 3n) }));
  const foreign = new Table({ time, d: dictionary }).batches[0]!;
  const mine = canonicalBatch(foreign);
  expect(schemaText(mine.schema)).toBe("time: Timestamp<NANOSECOND, UTC>?, d: Utf8?");
  expect(rows(mine).map((row) => row[1])).toEqual(["x", null, "x"]);
  expect(cellOfVector(mine.getChildAt(1)!, 2)).toBe("x");
});

test("dictionaries of times keep their nanoseconds", () => {
  const dictionary = makeVector(makeData({ type: new TimestampNanosecond("UTC"), data: BigInt64Array.of(start, start + 1n) }));
  const type = new Dictionary(dictionary.type, new Int32());
  const data = makeData({ type, length: 3, nullCount: 0, data: Int32Array.of(1, 0, 1), dictionary });
  const mine = canonicalBatch(new Table({ d: makeVector(data) }).batches[0]!);
  expect(rows(mine)).toEqual([[start + 1n], [start], [start + 1n]]);
});

test("plain arrays with nulls make columns of any kind, 64-bit ones too", () => {
  const plain = schemaOf([
    timeField(),
    fieldOf("n", arrowType.uint64(), {}, true),
    fieldOf("l", arrowType.list(arrowType.int16()), {}, true),
  ]);
  const made = batchOf(plain, { time: [1n, 2n], n: [2n ** 64n - 1n, null], l: [[1, 2], null] });
  expect(rows(made)).toEqual([
    [1n, 2n ** 64n - 1n, Int16Array.of(1, 2)],
    [2n, null, null],
  ]);
});

test("a batch refuses unequal columns and nulls where none may be", () => {
  const small = schemaOf([timeField(), fieldOf("value", arrowType.float64())]);
  expect(() => batchOf(small, { time: BigInt64Array.of(1n), value: Float64Array.of(1, 2) })).toThrow(/2 rows/);
  expect(() => batchOf(small, { time: BigInt64Array.of(1n), value: { values: Float64Array.of(1), valid: () => false } })).toThrow(
    /not nullable/,
  );
});
