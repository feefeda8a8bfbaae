import { formatNanos } from "@sonde/core";
import { arrowType, fieldInfo, fieldOf, schemaOf, timeField } from "@sonde/core/connector";
import fc from "fast-check";
import { afterAll, expect, test } from "vitest";
import { btrdb, maximumTime, minimumTime, windowsFor } from "../src/index.js";
import { startServer } from "../src/testing/index.js";
import { origin, startPlant, streamId } from "./support/plant.js";

const open: { close(): Promise<void> }[] = [];
afterAll(async () => {
  for (const one of open) await one.close();
});
async function source(options: Parameters<typeof startPlant>[0] = {}, more: object = {}) {
  const server = await startPlant({ arrow: false, ...options });
  const db = await btrdb.open({ endpoint: server.endpoint, pollInterval: "10ms", ...more });
  open.push(db, server);
  return { server, db };
}

test("makes windows and views without reading a point", async () => {
  for (const arrow of [false, true]) {
    const { server, db } = await source({ arrow });
    const stream = await db.stream(streamId);
    const aligned = await stream.windows({ start: origin, span: "20s", width: 1n << 27n }).table();
    const others = await stream.windows({ start: origin, span: "20s", width: "7ms" }).table();
    const view = await stream.view({ points: 300 }).table();
    expect([aligned.numRows, others.numRows].map((rows) => rows > 100)).toEqual([true, true]);
    expect(view.numRows).toBeLessThanOrEqual(1200);
    const prefix = arrow ? "Arrow" : "";
    expect(server.calls.get(`${prefix}RawValues`)).toBeUndefined();
    expect(server.calls.get(`${prefix}AlignedWindows`)).toBeGreaterThan(0);
    expect(server.calls.get(`${prefix}Windows`)).toBeGreaterThan(0);
  }
});

test("gives the deviation of the sample, null for one point, and counts as integers", async () => {
  const { db } = await source();
  const level = (await db.streams({ name: "level" }).first())!;
  const rows = await level
    .windows({ start: -10n, end: 10n, width: 10n, statistics: ["stddev", "count"] })
    .rows()
    .toArray();
  expect(rows).toEqual([
    { time: -10n, stddev_value: null, count_value: 1n },
    { time: 0n, stddev_value: Math.sqrt(0.125), count_value: 2n },
  ]);
});

test("makes windows across the first and the last instant of BTrDB's clock", async () => {
  const { server, db } = await source();
  const uuid = server.create({ collection: "edges", name: "edges" });
  server.insert(uuid, { times: BigInt64Array.of(minimumTime, 0n, maximumTime - 1n), values: Float64Array.of(1, 2, 3) });
  const stream = await db.stream(uuid);
  for (const width of [7_000_000_000_000_000n, 1n << 57n, 1n << 60n, 3n << 59n, (1n << 62n) + 1n]) {
    const rows = await stream
      .windows({ width, statistics: ["max", "count"] })
      .rows()
      .toArray();
    expect(
      rows.reduce((sum, row) => sum + Number(row.count_value), 0),
      `width ${width}`,
    ).toBe(3);
    for (const { time } of rows) expect(((time % width) + width) % width).toBe(0n);
    expect(rows.at(-1)?.max_value).toBe(3);
  }
});

test("makes streams with unit and annotations, and none of another schema", async () => {
  const server = await startServer();
  open.push(server);
  const parsed = await btrdb.options["~standard"].validate({ endpoint: server.endpoint, collection: "lab" });
  if (parsed.issues) throw new Error("options");
  const call = { signal: new AbortController().signal, onProgress: () => {}, observe: () => {} };
  const opened = await btrdb.connect(parsed.value, call);
  open.push(opened);
  const schema = schemaOf([timeField(), fieldOf("value", arrowType.float64())]);
  const made = await opened.create!.stream({ name: "made", metadata: { unit: "K", operator: "ada" } }, schema, call);
  expect(made).toMatchObject({ name: "made", collection: "lab" });
  expect(fieldInfo((await made.describe(call)).schema.fields[1]!).unit).toBe("K");
  expect(made.metadata).toMatchObject({ annotations: { operator: "ada" } });
  const other = schemaOf([timeField(), fieldOf("count", arrowType.int64())]);
  await expect(opened.create!.stream({ name: "other" }, other, call)).rejects.toMatchObject({ code: "unsupported" });
});

test("tells points that no commit holds yet, once each, and versions that can't be read again", async () => {
  const { server, db } = await source({ bufferLimit: 1000 });
  const stream = await db.stream(streamId);
  server.insert(streamId, { times: BigInt64Array.of(origin + 1n, origin + 3n), values: Float64Array.of(1, 2) });
  const { version } = await stream.describe();
  expect(version).toMatch(/^\d+\+2$/);
  expect((await stream.table({ version, start: origin, span: "5ns" })).numRows).toBe(3);
  const followed = stream.follow({ from: origin + 19_999_000_000n })[Symbol.asyncIterator]();
  const seen: bigint[] = [];
  const take = async (rows: number) => {
    for (const wanted = seen.length + rows; seen.length < wanted; ) {
      const next = await followed.next();
      if (next.done) return;
      seen.push(
        ...(next.value.getChild("time")?.data.flatMap((data) => [...(data.values as BigInt64Array).subarray(0, data.length)]) ?? []),
      );
    }
  };
  await take(1);
  server.insert(streamId, { times: BigInt64Array.of(origin + 5n, origin + 3n), values: Float64Array.of(3, 4) });
  await take(2);
  await db.client.streamFromUuid(streamId).then((native) => native.flush());
  server.insert(streamId, { times: BigInt64Array.of(origin + 7n), values: Float64Array.of(5) });
  await take(1);
  await followed.return?.();
  expect(seen.map((time) => time - origin)).toEqual([19_999_000_000n, 3n, 5n, 7n]);
  await expect(stream.table({ version, start: origin, span: "5ns" })).rejects.toMatchObject({ code: "not-found" });
});

test("opens an address with its collection", async () => {
  expect(btrdb.address?.toOptions(new URL("btrdb://host:4410/plant/tank/"))).toEqual({
    endpoint: "btrdb://host:4410",
    collection: "plant/tank",
  });
  expect(btrdb.address?.toOptions(new URL("btrdb://key@host/plant"))).toBeUndefined();
  const { db } = await source({}, { collection: "plant/tank" });
  expect((await db.streams().toArray()).map(({ name }) => name)).toEqual(["level", "empty"]);
  expect((await db.collections().toArray()).map(({ id }) => id)).toEqual(["plant/tank", "plant/tank/spare"]);
  await expect(db.stream(streamId)).rejects.toMatchObject({ code: "not-found" });
});

test("plans windows that cover the range and leave no pixel without one (1000 cases)", () => {
  const time = fc.bigInt({ min: minimumTime, max: maximumTime });
  fc.assert(
    fc.property(time, time, fc.integer({ min: 1, max: 10_000 }), (one, other, pixels) => {
      fc.pre(one !== other);
      const range = one < other ? { start: one, end: other } : { start: other, end: one };
      const plan = windowsFor(range, pixels);
      expect(plan.width).toBe(1n << BigInt(plan.pointWidth));
      expect(plan.start <= range.start && plan.end >= range.end, formatNanos(range.start)).toBe(true);
      expect(plan.start % plan.width).toBe(0n);
      expect(plan.end % plan.width).toBe(0n);
      expect(BigInt(plan.windows) * plan.width).toBe(plan.end - plan.start);
      if (range.end - range.start >= BigInt(pixels)) expect(plan.windows).toBeGreaterThanOrEqual(pixels);
      expect(plan.windows).toBeLessThanOrEqual(2 * pixels + 2);
    }),
    { numRuns: 1000 },
  );
});
