import { fromBytes } from "@sonde/core/bytes";
import { expect, test } from "vitest";
import { openParquet } from "../../src/parquet/index.js";
import * as encode from "./support/encode.js";
import { type Element, encoding, makeFile } from "./support/make-file.js";
import { readCells, signal } from "./support/read-all.js";
import { bool, struct, type Thrift } from "./support/thrift.js";

const unit = (id: 1 | 2 | 3) => struct({ [id]: struct({}) });
const logical = (id: number, value: Thrift) => struct({ [id]: value });
const longs = (...values: bigint[]) => values.flatMap((value) => encode.little(value, 8));
const ints = (...values: number[]) => values.flatMap((value) => encode.little(BigInt(value), 4));
const flat = (element: Omit<Element, "name">, body: readonly number[], values: number) =>
  makeFile(
    [{ name: "a", ...element }],
    [{ path: ["a"], type: element.type ?? "INT32", pages: [{ values, encoding: encoding.PLAIN, body }] }],
    values,
  );

async function typed(bytes: Uint8Array, options: { int96?: "microsecond" } = {}) {
  const file = await openParquet(fromBytes(bytes, "sample.parquet"), { signal, ...options });
  const { a } = await readCells(bytes, {}, options);
  return [String(file.schema.fields[0]?.type), a];
}

test("keeps times in the unit of the file, exact to the nanosecond", async () => {
  const time = 1_596_834_000_123_456_789n;
  const stamp = (id: 1 | 2 | 3, utc: boolean) => logical(8, struct({ 1: bool(utc), 2: unit(id) }));
  expect(await typed(flat({ type: "INT64", logical: stamp(3, true) }, longs(time, -1n), 2))).toEqual([
    "Timestamp<NANOSECOND, UTC>",
    [time, -1n],
  ]);
  expect(await typed(flat({ type: "INT64", logical: stamp(2, false) }, longs(5n), 1))).toEqual(["Timestamp<MICROSECOND>", [5000n]]);
  expect(await typed(flat({ type: "INT64", converted: 9 }, longs(5n), 1))).toEqual(["Timestamp<MILLISECOND, UTC>", [5_000_000n]]);
  expect(await typed(flat({ type: "INT32", converted: 7 }, ints(7), 1))).toEqual(["Time32<MILLISECOND>", [7_000_000n]]);
  expect(await typed(flat({ type: "INT64", logical: logical(7, struct({ 1: bool(true), 2: unit(3) })) }, longs(9n), 1))).toEqual([
    "Time64<NANOSECOND>",
    [9n],
  ]);
  expect(await typed(flat({ type: "INT32", converted: 6 }, ints(1), 1))).toEqual(["Date32<DAY>", [new Date(86_400_000)]]);
});

test("reads times of 96 bits exactly, and says how to read those that nanoseconds do not reach", async () => {
  const int96 = (nanos: bigint, day: number) => [...encode.little(nanos, 8), ...encode.little(BigInt(day), 4)];
  const soon = flat({ type: "INT96" }, [...int96(1n, 2_440_589), ...int96(86_400_000_000_001n, 2_440_587)], 2);
  expect(await typed(soon)).toEqual(["Timestamp<NANOSECOND>", [86_400_000_000_001n, 1n]]);
  const far = flat({ type: "INT96" }, int96(0n, 5_373_484), 1);
  await expect(typed(far)).rejects.toMatchObject({
    code: "format",
    key: "sample.parquet",
    message: expect.stringContaining('int96: "microsecond"'),
  });
  expect(await typed(far, { int96: "microsecond" })).toEqual(["Timestamp<MICROSECOND>", [(5_373_484n - 2_440_588n) * 86_400_000_000_000n]]);
});

test("reads decimals of every storage exactly", async () => {
  const of = (precision: number, scale: number) => ({ converted: 5, precision, scale });
  expect(await typed(flat({ type: "INT32", ...of(9, 2) }, ints(-12345), 1))).toEqual(["Decimal[9e+2]", ["-123.45"]]);
  expect(await typed(flat({ type: "INT64", ...of(18, 18) }, longs(-(10n ** 18n) + 1n), 1))).toEqual([
    "Decimal[18e+18]",
    ["-0.999999999999999999"],
  ]);
  const big = -(10n ** 37n) - 7n;
  const bigEndian = (value: bigint, width: number) => encode.little(value, width).reverse();
  expect(await typed(flat({ type: "FIXED_LEN_BYTE_ARRAY", length: 16, ...of(38, 0) }, bigEndian(big, 16), 1))).toEqual([
    "Decimal[38e0]",
    [String(big)],
  ]);
  const huge = 10n ** 70n + 3n;
  expect(await typed(flat({ type: "FIXED_LEN_BYTE_ARRAY", length: 30, ...of(72, 0) }, bigEndian(huge, 30), 1))).toEqual([
    "Decimal[72e0]",
    [String(huge)],
  ]);
  const bytes = encode.plainBytes([Uint8Array.of(0x80), Uint8Array.of(), Uint8Array.from(bigEndian(300n, 20))]);
  expect(await typed(flat({ type: "BYTE_ARRAY", ...of(5, 1) }, bytes, 3))).toEqual(["Decimal[5e+1]", ["-12.8", "0.0", "30.0"]]);
  await expect(typed(flat({ type: "BYTE_ARRAY", ...of(5, 1) }, encode.plainBytes([new Uint8Array(20).fill(1)]), 1))).rejects.toMatchObject({
    code: "format",
  });
});

test("reads unsigned and narrow integers as what they are", async () => {
  const integer = (width: number, signed: boolean) => logical(10, struct({ 1: { type: 3, bytes: [width] }, 2: bool(signed) }));
  expect(await typed(flat({ type: "INT32", converted: 13 }, ints(-1), 1))).toEqual(["Uint32", [4_294_967_295]]);
  expect(await typed(flat({ type: "INT64", converted: 14 }, longs(-1n), 1))).toEqual(["Uint64", [2n ** 64n - 1n]]);
  expect(await typed(flat({ type: "INT32", logical: integer(8, true) }, ints(-3), 1))).toEqual(["Int8", [-3]]);
  expect(await typed(flat({ type: "INT32", logical: integer(16, false) }, ints(65_535), 1))).toEqual(["Uint16", [65_535]]);
});

test("reads half floats, and refuses text that is not UTF-8", async () => {
  expect(await typed(flat({ type: "FIXED_LEN_BYTE_ARRAY", length: 2, logical: logical(15, struct({})) }, [0, 0x3c, 1, 0], 2))).toEqual([
    "Float16",
    [1, 2 ** -24],
  ]);
  const text = (...values: Uint8Array[]) => flat({ type: "BYTE_ARRAY", converted: 0 }, encode.plainBytes(values), values.length);
  expect(await typed(text(new TextEncoder().encode("µm")))).toEqual(["Utf8", ["µm"]]);
  await expect(typed(text(Uint8Array.of(0xff)))).rejects.toMatchObject({ code: "format" });
  // Each value alone, not only the whole.
  await expect(typed(text(Uint8Array.of(0xc2), Uint8Array.of(0xb5)))).rejects.toMatchObject({ code: "format" });
});

test("keeps a column called __proto__, and two of one name", async () => {
  const page = (value: number) => [{ values: 1, encoding: encoding.PLAIN, body: ints(value) }];
  const names = ["__proto__", "a", "a"];
  const bytes = makeFile(
    names.map((name) => ({ name, type: "INT32" as const })),
    names.map((name, index) => ({ path: [name], type: "INT32" as const, pages: page(index) })),
    1,
  );
  const file = await openParquet(fromBytes(bytes), { signal });
  for await (const batch of file.read({ signal })) {
    expect(batch.schema.names).toEqual(names);
    expect(batch.data.children.map(({ values }) => values[0])).toEqual([0, 1, 2]);
  }
  expect(({} as { a?: unknown }).a).toBeUndefined();
});
