import { create, toBinary } from "@bufbuild/protobuf";
import { isSondeError } from "@sonde/core";
import fc from "fast-check";
import { expect, test } from "vitest";
import { AlignedWindowsResponseSchema, InsertParamsSchema, RawValuesResponseSchema } from "../../src/proto/btrdb_pb.js";
import { writeInsert } from "../../src/wire/insert.js";
import { readRawValues, writeRawValues } from "../../src/wire/raw-points.js";
import { readStatValues, writeStatValues } from "../../src/wire/stat-points.js";
import { agreed, damageAll, kinds, type MessageKind, samples } from "./agreement.js";

const joined = (...parts: (Uint8Array | readonly number[])[]): Uint8Array => Uint8Array.from(parts.flatMap((part) => [...part]));
const varint = (value: bigint, padTo = 1): number[] => {
  const bytes = [];
  for (let rest = value; ; rest >>= 7n) {
    bytes.push(Number(rest & 0x7fn));
    if (rest < 0x80n && bytes.length >= padTo) break;
  }
  return bytes.map((byte, k) => (k < bytes.length - 1 ? byte | 0x80 : byte));
};
const delimited = (field: number, content: readonly number[]): number[] => [
  ...varint(BigInt(field * 8 + 2)),
  ...varint(BigInt(content.length)),
  ...content,
];
const fixed = (field: number, value: bigint): number[] => [
  field * 8 + 1,
  ...new Uint8Array(BigUint64Array.of(BigInt.asUintN(64, value)).buffer),
];

test("agrees with the generated code on every truncation and every flipped bit", () => {
  const total = { read: 0, refused: 0 };
  for (const { kind, bytes } of samples) {
    const { read, refused } = damageAll(kind, bytes);
    total.read += read;
    total.refused += refused;
  }
  console.log(`${samples.length} messages, ${total.read + total.refused} damaged: both read ${total.read}, both refused ${total.refused}`);
  expect(total.read).toBeGreaterThan(1000);
  expect(total.refused).toBeGreaterThan(1000);
});

test("agrees with the generated code on bytes spliced from several messages", () => {
  const whole = fc.constantFrom(...samples.map(({ bytes }) => bytes));
  const piece = fc
    .tuple(whole, fc.nat(200), fc.nat(200))
    .map(([bytes, from, length]) => bytes.slice(from % bytes.length, (from % bytes.length) + length));
  const noise = fc.uint8Array({ maxLength: 12 });
  const counts = { read: 0, refused: 0 };
  fc.assert(
    fc.property(fc.constantFrom<MessageKind>(...kinds), fc.array(fc.oneof(whole, piece, noise), { maxLength: 5 }), (kind, parts) => {
      counts[agreed(kind, joined(...parts))]++;
    }),
    { numRuns: 20_000 },
  );
  console.log(`20000 splices: both read ${counts.read}, both refused ${counts.refused}`);
  expect(counts.read).toBeGreaterThan(100);
});

test("skips unknown fields of all wire types, groups included, at every place", () => {
  const unknown = [
    [...varint(15n * 8n), ...varint(1n << 40n, 10)],
    [15 * 8 + 1, 1, 2, 3, 4, 5, 6, 7, 8],
    delimited(15, [1, 2, 3]),
    [15 * 8 + 3, ...delimited(2, [9]), 14 * 8 + 3, 14 * 8 + 4, 15 * 8 + 4],
    [15 * 8 + 5, 1, 2, 3, 4],
  ];
  for (const extra of unknown) {
    const point = [...extra, ...fixed(1, 5n), ...extra, ...fixed(2, 0x3ff0_0000_0000_0000n), ...extra];
    const bytes = joined(extra, delimited(4, point), extra, delimited(4, point), extra);
    expect(agreed("raw", bytes)).toBe("read");
    const { times, values } = readRawValues(bytes);
    expect([...times]).toEqual([5n, 5n]);
    expect([...values]).toEqual([1, 1]);
    expect(readStatValues(bytes).times.length).toBe(2);
    agreed("stat", bytes);
  }
});

test("takes the last of a repeated scalar, merges a status, and reads over-long varints", () => {
  const status = [...delimited(1, [8, ...varint(404n)]), ...delimited(1, delimited(2, [0x68, 0x69]))];
  const bytes = joined([0x10, 1, 0x10, ...varint(7n, 10)], status, delimited(4, [...fixed(1, 1n), ...fixed(1, 2n)]));
  expect(agreed("raw", bytes)).toBe("read");
  const reply = readRawValues(bytes);
  expect(reply).toMatchObject({ versionMajor: 7n, status: { code: 404, message: "hi" } });
  expect([...reply.times]).toEqual([2n]);
});

test.each([
  ["field number 0", [0x00, 0x01]],
  ["wire type 6", [0x26, 0x00]],
  ["wire type 7", [0x27, 0x00]],
  ["a group's end without its beginning", [0x7c]],
  ["a varint of eleven bytes", [0x10, ...Array(10).fill(0xff), 0x01]],
  ["a tag beyond 32 bits", [0xa2, 0x80, 0x80, 0x80, 0x10, 0x00]],
  ["a length beyond the message", [0x22, 0xff, 0xff, 0xff, 0xff, 0x0f]],
  ["groups nested without end", Array(5000).fill(0x7b)],
  ["text that is not UTF-8", [0x0a, 0x03, 0x12, 0x01, 0xff]],
])("refuses %s with its place", (_, bytes) => {
  expect(agreed("raw", Uint8Array.from(bytes))).toBe("refused");
  try {
    readRawValues(Uint8Array.from(bytes));
  } catch (error) {
    expect(isSondeError(error, "format") && error.offset).toBeTypeOf("number");
  }
});

test("reads a message in the middle of a larger buffer, and nothing around it", () => {
  for (const { kind, bytes } of samples) {
    const around = joined(Array(13).fill(0x22), bytes, Array(40).fill(0x09));
    const inside = around.subarray(13, 13 + bytes.byteLength);
    agreed(kind, inside);
    if (kind === "raw") expect(readRawValues(inside)).toEqual(readRawValues(bytes));
    if (kind === "stat") expect(readStatValues(inside)).toEqual(readStatValues(bytes));
    for (let cut = 1; cut < bytes.byteLength; cut += 7) agreed(kind, inside.subarray(0, cut));
  }
});

test("takes memory by what is there, not by what is announced", () => {
  const before = process.memoryUsage().arrayBuffers;
  const bytes = joined([0x22, 0xff, 0xff, 0xff, 0xff, 0x07], Array(100).fill(0));
  for (let round = 0; round < 100; round++) expect(() => readRawValues(bytes)).toThrow(/damaged/);
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(2 ** 20);
  expect(readRawValues(joined(...Array(1000).fill([0x22, 0]))).times.length).toBe(1000);
});

const int64 = fc.oneof(fc.constant(0n), fc.bigInt({ min: -(1n << 63n), max: (1n << 63n) - 1n }));
const uint64 = fc.oneof(fc.constant(0n), fc.bigInt({ min: 0n, max: (1n << 64n) - 1n }));
const double = fc.oneof(fc.constantFrom(0, -0, Number.NaN, Number.POSITIVE_INFINITY), fc.double());

test("writes the bytes of the generated code", () => {
  const point = fc.record({ time: int64, value: double });
  const window = fc.record({ time: int64, min: double, mean: double, max: double, count: uint64, stddev: double });
  fc.assert(
    fc.property(fc.array(point), uint64, uint64, (values, versionMajor, versionMinor) => {
      const columns = {
        times: BigInt64Array.from(values, (of) => of.time),
        values: Float64Array.from(values, (of) => of.value),
      };
      const expected = toBinary(RawValuesResponseSchema, create(RawValuesResponseSchema, { values, versionMajor, versionMinor }));
      expect(writeRawValues({ versionMajor, versionMinor, ...columns })).toEqual(expected);
      expect(agreed("raw", expected)).toBe("read");
    }),
    { numRuns: 500 },
  );
  fc.assert(
    fc.property(fc.array(window), uint64, uint64, (values, versionMajor, versionMinor) => {
      const columns = {
        times: BigInt64Array.from(values, (of) => of.time),
        min: Float64Array.from(values, (of) => of.min),
        mean: Float64Array.from(values, (of) => of.mean),
        max: Float64Array.from(values, (of) => of.max),
        count: BigUint64Array.from(values, (of) => of.count),
        stddev: Float64Array.from(values, (of) => of.stddev),
      };
      const expected = toBinary(AlignedWindowsResponseSchema, create(AlignedWindowsResponseSchema, { values, versionMajor, versionMinor }));
      expect(writeStatValues({ versionMajor, versionMinor, ...columns })).toEqual(expected);
      expect(agreed("stat", expected)).toBe("read");
    }),
    { numRuns: 500 },
  );
  const bitsOf = fc.option(fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }), { nil: undefined });
  fc.assert(
    fc.property(
      fc.array(point),
      fc.uint8Array({ maxLength: 16 }),
      fc.boolean(),
      fc.nat(3),
      bitsOf,
      (values, uuid, sync, mergePolicy, roundingBits) => {
        const times = BigInt64Array.from(values, (of) => of.time);
        const numbers = Float64Array.from(values, (of) => of.value);
        const rounding = roundingBits === undefined ? {} : { rounding: { spec: { case: "bits" as const, value: roundingBits } } };
        const expected = toBinary(InsertParamsSchema, create(InsertParamsSchema, { uuid, sync, values, mergePolicy, ...rounding }));
        const spec = roundingBits === undefined ? {} : { roundingBits };
        expect(writeInsert({ uuid, sync, mergePolicy, ...spec, times, values: numbers })).toEqual(expected);
        expect(agreed("insert", expected)).toBe("read");
      },
    ),
    { numRuns: 500 },
  );
  console.log("1500 messages written alike");
});
