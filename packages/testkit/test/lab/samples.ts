import { arrowType, batchOf, fieldOf, type NdArray, schemaOf, timeField } from "@sonde/core/connector";
import type { Archive, Chunk, StoredStream } from "./archive.js";

export const clock = { origin: 1_500_000_000_000_000_001n, ticks: 3n, per: 1_000_000_000n };
export const rowsOfTemp = 1010;

const schema = schemaOf([
  timeField(),
  fieldOf("tick", arrowType.int64(), { role: "tick" }),
  fieldOf("value", arrowType.float64(), { unit: "V" }, true),
  fieldOf("raw", arrowType.int32(), { scale: 0.5, offset: 1 }),
  fieldOf("label", arrowType.utf8(), { role: "category" }, true),
  fieldOf("payload", arrowType.utf8(), { role: "document", encoding: "json" }),
]);

/** Now and then two rows share a tick (100 and 101, in two chunks, do) and now and then there is a gap. */
const tickOf = (row: number) => BigInt(row + (row >> 5) * 40 - (row % 7 === 3 ? 1 : 0));
export const timeOf = (row: number) => clock.origin + (tickOf(row) * clock.per) / clock.ticks;

function chunk(id: string, index: number, rows: number, damaged = false): Chunk {
  const row = (at: number) => index * rows + at;
  const make = <T>(cell: (row: number) => T) => Array.from({ length: rows }, (_, at) => cell(row(at)));
  const batch = batchOf(schema, {
    time: BigInt64Array.from(make(timeOf)),
    tick: BigInt64Array.from(make(tickOf)),
    value: make((row) => (row % 10 === 9 ? null : Math.sin(row) * 1000)),
    raw: Int32Array.from(make((row) => (row * 7919) % 1000)),
    label: make((row) => (row % 4 ? `label ${row % 5}` : null)),
    payload: make((row) => JSON.stringify({ row })),
  });
  return { key: `${id}/${index}`, batch, damaged };
}

function stored(id: string, collection: string | undefined, chunks: Chunk[], more: Partial<StoredStream> = {}): StoredStream {
  const name = id.slice(id.lastIndexOf("/") + 1);
  const info = { id, name, kind: "series" as const, ...(collection === undefined ? {} : { collection }) };
  return {
    info,
    schema,
    versions: [chunks],
    arrays: new Map(),
    metadata: { sensor: { type: "K", gain: 2n ** 60n } },
    followers: new Set(),
    ...more,
  };
}

const chunks = (id: string, count: number, rows: number, damaged?: number) =>
  Array.from({ length: count }, (_, index) => chunk(id, index, rows, index === damaged));

const imageSchema = schemaOf([timeField(), fieldOf("image", arrowType.utf8(), { role: "array" })]);

function camera(): StoredStream {
  const time = BigInt64Array.from({ length: 5 }, (_, row) => clock.origin + BigInt(row >> 1) * 1000n);
  const arrays = [...time].map((time, row): NdArray => {
    const data = Uint16Array.from({ length: 4 * 6 * 3 }, (_, index) => row * 1000 + index);
    return { time, ref: `image-${row}`, field: "image", shape: [4, 6, 3], dims: ["height", "width", "channel"], level: 0, data };
  });
  const batch = batchOf(imageSchema, { time, image: arrays.map(({ ref }) => ref) });
  const plain = stored("lab/2020/camera", "lab/2020", [{ key: "lab/2020/camera/0", batch }]);
  return {
    ...plain,
    info: { ...plain.info, kind: "frames" },
    schema: imageSchema,
    arrays: new Map(arrays.map((array) => [array.ref, array])),
  };
}

function hostile(): StoredStream {
  const schema = schemaOf([timeField(), fieldOf("__proto__", arrowType.float64())]);
  const batch = batchOf(
    schema,
    Object.fromEntries([
      ["time", [1n, 2n]],
      ["__proto__", [0.5, 1.5]],
    ]),
  );
  const plain = stored("__proto__", undefined, [{ key: "__proto__/0", batch }]);
  return { ...plain, schema, metadata: Object.fromEntries([["__proto__", { polluted: true }]]) };
}

/** A fresh archive, the same each time. */
export function sampleArchive(requests: Archive["requests"] = [], silent = false): Archive {
  const streams = [
    stored("lab/2020/temp", "lab/2020", chunks("lab/2020/temp", 10, rowsOfTemp / 10)),
    camera(),
    stored("lab/2021/temp", "lab/2021", chunks("lab/2021/temp", 1, 10)),
    stored("plant/temp", "plant", chunks("plant/temp", 1, 10)),
    stored("plant/broken", "plant", chunks("plant/broken", 4, 25, 2)),
    hostile(),
  ];
  return {
    streams: new Map(streams.map((stream) => [stream.info.id, stream])),
    collections: ["lab/2021", "plant", "lab/2020"].map((id, index) => ({
      id,
      time: clock.origin - BigInt(index),
      metadata: { operator: index === 1 ? "ada" : "grace" },
    })),
    requests,
    silent,
    open: 0,
  };
}
