import { create, fromBinary, type Message, toBinary } from "@bufbuild/protobuf";
import {
  type AlignedWindowsResponse,
  AlignedWindowsResponseSchema,
  type InsertParams,
  InsertParamsSchema,
  type RawValuesResponse,
  RawValuesResponseSchema,
} from "../../src/proto/btrdb_pb.js";
import { readInsert } from "../../src/wire/insert.js";
import { readRawValues } from "../../src/wire/raw-points.js";
import { readStatValues } from "../../src/wire/stat-points.js";

/** The bits of a double, so that −0 and NaN compare as what they are. */
const bits = (value: number): bigint => new BigUint64Array(Float64Array.of(value).buffer)[0]!;
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");

const outcome = (read: () => unknown): string => {
  try {
    return JSON.stringify(read(), (_, value) => (typeof value === "bigint" ? String(value) : value));
  } catch {
    return "refused";
  }
};

const rawByHand = (bytes: Uint8Array) => {
  const { status, versionMajor, versionMinor, times, values } = readRawValues(bytes);
  return [status ? [status.code, status.message] : null, versionMajor, versionMinor, [...times].map((time, k) => [time, bits(values[k]!)])];
};
const rawByCode = (bytes: Uint8Array) => {
  const message: RawValuesResponse = fromBinary(RawValuesResponseSchema, bytes);
  const { stat, versionMajor, versionMinor, values } = message;
  return [stat ? [stat.code, stat.msg] : null, versionMajor, versionMinor, values.map((point) => [point.time, bits(point.value)])];
};
const statByHand = (bytes: Uint8Array) => {
  const { status, versionMajor, versionMinor, ...of } = readStatValues(bytes);
  return [
    status ? [status.code, status.message] : null,
    versionMajor,
    versionMinor,
    [...of.times].map((time, k) => [time, bits(of.min[k]!), bits(of.mean[k]!), bits(of.max[k]!), of.count[k]!, bits(of.stddev[k]!)]),
  ];
};
const statByCode = (bytes: Uint8Array) => {
  const message: AlignedWindowsResponse = fromBinary(AlignedWindowsResponseSchema, bytes);
  const { stat, versionMajor, versionMinor, values } = message;
  return [
    stat ? [stat.code, stat.msg] : null,
    versionMajor,
    versionMinor,
    values.map((of) => [of.time, bits(of.min), bits(of.mean), bits(of.max), of.count, bits(of.stddev)]),
  ];
};
const insertByHand = (bytes: Uint8Array) => {
  const { uuid, sync, mergePolicy, roundingBits, times, values } = readInsert(bytes);
  return [hex(uuid), sync, mergePolicy, roundingBits ?? null, [...times].map((time, k) => [time, bits(values[k]!)])];
};
const insertByCode = (bytes: Uint8Array) => {
  const { uuid, sync, mergePolicy, rounding, values }: InsertParams = fromBinary(InsertParamsSchema, bytes);
  const spec = rounding?.spec.case === "bits" ? rounding.spec.value : null;
  return [hex(uuid), sync, mergePolicy, spec, values.map((point) => [point.time, bits(point.value)])];
};

const readers = { raw: [rawByHand, rawByCode], stat: [statByHand, statByCode], insert: [insertByHand, insertByCode] } as const;
export type MessageKind = keyof typeof readers;
export const kinds: readonly MessageKind[] = ["raw", "stat", "insert"];

/** What both readers make of the bytes; a difference is an error that shows them. */
export function agreed(kind: MessageKind, bytes: Uint8Array): "read" | "refused" {
  const [byHand, byCode] = readers[kind];
  const ours = outcome(() => byHand(bytes));
  const theirs = outcome(() => byCode(bytes));
  if (ours !== theirs) throw new Error(`${kind} ${hex(bytes)}\n  by hand      ${ours}\n  by the code  ${theirs}`);
  return ours === "refused" ? "refused" : "read";
}

/** Every truncation and every flip of one bit; how often both read and both refused. */
export function damageAll(kind: MessageKind, bytes: Uint8Array): { read: number; refused: number } {
  const counts = { read: 0, refused: 0 };
  for (let length = 0; length <= bytes.byteLength; length++) counts[agreed(kind, bytes.slice(0, length))]++;
  for (let bit = 0; bit < 8 * bytes.byteLength; bit++) {
    const flipped = bytes.slice();
    flipped[bit >> 3] = flipped[bit >> 3]! ^ (1 << (bit & 7));
    counts[agreed(kind, flipped)]++;
  }
  return counts;
}

const uuid = Uint8Array.from({ length: 16 }, (_, k) => 17 * k);
const points = [
  { time: 0n, value: 0 },
  { time: 1_500_000_000_000_000_000n, value: 1.5 },
  { time: -1n, value: -0 },
  { time: 1_500_000_000_100_000_000n, value: Number.NaN },
  { time: 1_500_000_000_200_000_000n, value: 2 },
  { time: 0n, value: 3 },
  { time: -1_152_921_504_606_846_976n, value: Number.NEGATIVE_INFINITY },
];
const member = { hash: 7, nodename: "a", up: true, start: -1n, end: 9n, weight: 1n, readPreference: 0.5, grpcEndpoints: "h:4410" };
const stat = {
  code: 405,
  msg: "wrong endpoint, né",
  mash: { revision: 3n, leader: "a", healthy: true, unmapped: 0.25, members: [member] },
};

const messages: readonly (readonly [MessageKind, Message, Uint8Array])[] = [
  ...[{ values: points, versionMajor: 244n, versionMinor: 3n }, { stat }, { versionMajor: 1n << 63n }].map((init) => {
    const message = create(RawValuesResponseSchema, init);
    return ["raw", message, toBinary(RawValuesResponseSchema, message)] as const;
  }),
  ...[
    {
      versionMajor: 11n,
      values: [
        { time: 0n, min: 0, mean: 0, max: 0, count: 0n, stddev: 0 },
        { time: 96n, min: -1, mean: 0.5, max: 2, count: (1n << 64n) - 1n, stddev: 0.25 },
        { time: -104n, min: 1, mean: 1, max: 1, count: 1n },
        { time: 112n, min: -0, mean: Number.NaN, max: 1, count: 2n, stddev: 0.5 },
      ],
    },
    { stat: { code: 404, msg: "stream does not exist" } },
  ].map((init) => {
    const message = create(AlignedWindowsResponseSchema, init);
    return ["stat", message, toBinary(AlignedWindowsResponseSchema, message)] as const;
  }),
  ...[
    { uuid, sync: true, values: points, mergePolicy: 3, rounding: { spec: { case: "bits" as const, value: 12 } } },
    { uuid, values: points.slice(0, 2), rounding: { spec: { case: "bits" as const, value: 0 } } },
    { uuid, rounding: {} },
  ].map((init) => {
    const message = create(InsertParamsSchema, init);
    return ["insert", message, toBinary(InsertParamsSchema, message)] as const;
  }),
];
export const samples: readonly { readonly kind: MessageKind; readonly bytes: Uint8Array }[] = messages.map(([kind, , bytes]) => ({
  kind,
  bytes,
}));
