import { fieldInfo, timesOf } from "@sonde/core/connector";
import { afterAll, describe, expect, test } from "vitest";
import { type BtrdbStream, connect, versionOf } from "../src/index.js";
import { startServer } from "../src/testing/index.js";
import { levelId, origin, spoil, startPlant, streamId } from "./support/plant.js";

const open: { close(): Promise<void> }[] = [];
afterAll(async () => {
  for (const one of open) await one.close();
});
const failure = (work: Promise<unknown>) =>
  work.then(
    () => expect.fail("it resolved"),
    (error) => error,
  );

describe.each([{ arrow: false }, { arrow: true }])("with Arrow calls: $arrow", async ({ arrow }) => {
  const server = await startPlant({ arrow });
  const db = await connect(server.endpoint);
  open.push(db, server);
  const flow = await db.streamFromUuid(streamId);
  const fresh = async (name: string): Promise<BtrdbStream> => db.create({ collection: "scratch", tags: { name, unit: "V" } });

  test("says what the server is", async () => {
    expect(await db.info()).toMatchObject({ majorVersion: 5 });
  });

  test("finds streams by uuid in text, without dashes and in bytes, and by path", async () => {
    const bytes = Uint8Array.from(Buffer.from(streamId.replaceAll("-", ""), "hex"));
    const set = await db.streams(streamId, streamId.replaceAll("-", "").toUpperCase(), bytes, "plant/pump/flow");
    expect([...set].map(({ uuid }) => uuid)).toEqual([streamId, streamId, streamId, streamId]);
    expect(flow).toMatchObject({ collection: "plant/pump", name: "flow", unit: "m3/s" });
    expect(await failure(db.streams("plant/pump/none"))).toMatchObject({ code: "not-found", id: "plant/pump/none" });
    expect(await failure(db.streams("neither"))).toMatchObject({ code: "options" });
  });

  test("finds streams by collection, prefix, tags and annotations", async () => {
    const names = async (...query: Parameters<typeof db.streamsInCollection>) =>
      [...(await db.streamsInCollection(...query))].map(({ name }) => name);
    expect(await names("plant/tank")).toEqual(["level", "empty"]);
    expect(await names("plant/tank", { prefix: false })).toEqual(["level"]);
    expect(await names("plant", { tags: { name: "flow" } })).toEqual(["flow"]);
    expect(await names("plant", { annotations: { serial: undefined } })).toEqual(["flow"]);
    expect(await names("plant", { annotations: { serial: "78" } })).toEqual([]);
    expect(await db.listCollections("plant/t")).toEqual(["plant/tank", "plant/tank/spare"]);
  });

  test("asks the metadata by SQL", async () => {
    expect(await db.query("select name from streams where collection = $1", ["plant/pump"])).toEqual([{ name: "flow" }]);
    expect(await db.listUniqueUnits("plant/pump")).toEqual(["m3/s"]);
    expect((await db.listUniqueAnnotations("plant/pump")).sort()).toEqual(["note", "serial"]);
    expect((await db.collectionMetadata("plant/pump")).annotations).toEqual({ note: 1, serial: 1 });
    expect(await failure(db.query("drop table streams"))).toMatchObject({ code: "options", serverCode: 441 });
  });

  test("gives points exactly, with the version of every answer", async () => {
    const table = await flow.values({ start: origin, span: "3ms" }).table();
    expect(table.numRows).toBe(3);
    expect(versionOf(table)).toEqual({ major: 11n, minor: 0n });
    const points = await flow
      .values({ start: origin + 1n, end: origin + 1_000_001n })
      .points()
      .toArray();
    expect(points).toEqual([{ time: origin + 1_000_000n, value: 0.5, version: 11n }]);
    const none = await flow.values({ start: 0n, end: 5n }).table();
    expect([none.numRows, versionOf(none)]).toEqual([0, { major: 11n, minor: 0n }]);
    const zeros = await (await db.streamFromUuid(levelId)).values().points().toArray();
    expect(zeros.map(({ time, value }) => [time, Object.is(value, -0)])).toEqual([
      [-5n, true],
      [0n, false],
      [7n, false],
    ]);
  });

  test("gives windows from any start, and leaves out empty ones", async () => {
    const level = await db.streamFromUuid(levelId);
    const windows = await level.windows({ start: -6n, end: 10n, width: 3n }).points().toArray();
    expect(windows.map(({ time, count, mean }) => [time, count, mean + 0])).toEqual([
      [-6n, 1, 0],
      [0n, 1, 0],
      [6n, 1, 0.5],
    ]);
    expect(await level.windows({ start: 0n, end: 2n, width: 3n }).points().toArray()).toEqual([]);
    expect(() => level.windows({ width: 0n })).toThrow(/longer than nothing/);
  });

  test("gives aligned windows, from a plan for so many pixels", async () => {
    const plan = flow.windowsFor({ start: origin, span: "20s" }, 100);
    const windows = await flow.alignedWindows(plan).points().toArray();
    expect(windows.length).toBeGreaterThanOrEqual(100);
    expect(windows.length).toBeLessThanOrEqual(201);
    expect(windows.reduce((sum, { count }) => sum + count, 0)).toBe(20_000);
    expect(windows.every(({ time }) => time % plan.width === 0n)).toBe(true);
    expect(() => flow.alignedWindows({ pointWidth: 64 })).toThrow(/logarithm/);
  });

  test("finds the nearest points, and undefined where there are none", async () => {
    expect((await flow.nearest(origin + 1n))?.time).toBe(origin + 1_000_000n);
    expect((await flow.nearest(origin + 1n, { backward: true }))?.time).toBe(origin);
    expect(await flow.nearest(origin, { backward: true })).toBeUndefined();
    const empty = (await db.streamsInCollection("plant/tank/spare")).at(0);
    expect([await empty?.earliest(), await empty?.latest(), await empty?.current()]).toEqual([undefined, undefined, undefined]);
    expect((await flow.current())?.time).toBe(origin + 19_999_000_000n);
  });

  test("counts exactly, by one request", async () => {
    const before = server.calls.get(arrow ? "ArrowWindows" : "Windows") ?? 0;
    expect(await flow.count()).toBe(20_000);
    expect(await flow.count({ start: origin + 1n, end: origin + 1_000_001n })).toBe(1);
    expect((server.calls.get(arrow ? "ArrowWindows" : "Windows") ?? 0) - before).toBe(2);
    expect(await flow.count({ approximate: true, start: origin, span: "20s" })).toBeGreaterThan(19_000);
  });

  test("inserts, deletes, and reads each version as it was", async () => {
    const stream = await fresh("versions");
    const created = await stream.version();
    const first = await stream.insert([[origin, 1], { time: origin + 1n, value: 2 }]);
    const second = await stream.insert({ times: BigInt64Array.of(origin + 1n), values: Float64Array.of(3) }, { merge: "replace" });
    const third = await stream.delete({ start: origin, end: origin + 1n });
    expect(created < first && first < second && second < third).toBe(true);
    const at = async (version?: bigint) =>
      (await stream.values({ version }).points().toArray()).map(({ time, value }) => [time - origin, value]);
    expect(await at(first)).toEqual([
      [0n, 1],
      [1n, 2],
    ]);
    expect(await at(second)).toEqual([
      [0n, 1],
      [1n, 3],
    ]);
    expect(await at()).toEqual([[1n, 3]]);
    const changes = [];
    for await (const change of stream.changes({ from: first, to: second })) changes.push(change);
    expect(changes.some(({ start, end }) => start <= origin + 1n && origin + 1n < end)).toBe(true);
    expect(await failure(stream.values({ version: 999n }).table())).toMatchObject({ code: "not-found" });
  });

  test("keeps merge policies", async () => {
    for (const [merge, values] of [
      ["never", [1, 1, 2]],
      ["equal", [1, 2]],
      ["retain", [1]],
      ["replace", [2]],
    ] as const) {
      const stream = await fresh(`merge-${merge}`);
      await stream.insert([[origin, 1]]);
      await stream.insert(
        [
          [origin, 1],
          [origin, 2],
        ],
        { merge },
      );
      expect(
        (await stream.values().points().toArray()).map(({ value }) => value),
        merge,
      ).toEqual(values);
    }
  });

  test("refuses NaN, infinities and times that are no bigint, and sends nothing of the rest", async () => {
    const stream = await fresh("refused");
    for (const value of [Number.NaN, Number.POSITIVE_INFINITY]) {
      expect(
        await failure(
          stream.insert([
            [origin, 1],
            [origin, value],
          ]),
        ),
      ).toMatchObject({ code: "options" });
    }
    // @ts-expect-error a number has lost its nanoseconds
    expect(await failure(stream.insert([[1500000000000000000, 1]]))).toMatchObject({ code: "options" });
    expect(await stream.count()).toBe(0);
  });

  test("changes metadata, keeps what is not named, and reads JSON back as it was", async () => {
    const stream = await fresh("metadata");
    const annotations = { plain: "text", digits: "5", number: 5, list: [1, null], big: 12345678901234567890n, flag: true };
    const version = await stream.update({ annotations });
    expect(stream.annotations).toEqual(annotations);
    await stream.update({ tags: { unit: "kV" } });
    expect([stream.name, stream.unit]).toEqual(["metadata", "kV"]);
    await stream.update({ annotations: { plain: "other" }, replace: true });
    expect(stream.annotations).toEqual({ plain: "other" });
    await stream.update({ collection: "scratch/moved" });
    expect([...(await db.streamsInCollection("scratch/moved"))].map(({ uuid }) => uuid)).toEqual([stream.uuid]);
    expect(await failure(stream.update({ annotations: {}, propertyVersion: version }))).toMatchObject({ code: "options", serverCode: 423 });
  });

  test("tells whether a stream exists, and refuses to make it twice", async () => {
    const stream = await fresh("doomed");
    expect(await failure(db.create({ uuid: stream.uuid, collection: "scratch", tags: { name: "again" } }))).toMatchObject({
      code: "options",
    });
    expect(await stream.exists()).toBe(true);
    await stream.obliterate();
    expect(await stream.exists()).toBe(false);
    expect(await failure(stream.values().table())).toMatchObject({ code: "not-found", id: stream.uuid });
  });

  test("hands on the server's own CSV", async () => {
    const rows = [];
    for await (const row of flow.csv({ start: origin, span: "2ms" })) rows.push(row);
    expect(rows[0]?.[0]).toBe("Timestamp (ns)");
    expect(rows.slice(1).map((row) => row[0])).toEqual([String(origin), String(origin + 1_000_000n)]);
  });

  test("names its columns' statistics", async () => {
    const { schema } = await flow.alignedWindows({ pointWidth: 40 }).table();
    expect(schema.fields.slice(1).map((field) => fieldInfo(field).statistic)).toEqual(["min", "mean", "max", "count", "stddev"]);
  });
});

test("hands large messages on as they are", async () => {
  const rows = 120_000;
  const server = await startPlant({}, rows);
  const db = await connect(server.endpoint);
  open.push(server, db);
  const stream = await db.streamFromUuid(streamId);
  const sizes: number[] = [];
  let expected = origin;
  for await (const batch of stream.values()) {
    sizes.push(batch.numRows);
    for (const time of timesOf(batch)) {
      if (time !== expected) expect(time).toBe(expected);
      expected += 1_000_000n;
    }
  }
  expect(sizes).toEqual([50_000, 50_000, 20_000]);
});

test("tells points as they are inserted, of the streams that were named", async () => {
  const server = await startServer({ bufferLimit: 0 });
  open.push(server);
  const db = await connect(server.endpoint);
  open.push(db);
  const [one, other] = ["a", "b"].map((name) => server.create({ collection: "live", name }));
  const ending = new AbortController();
  const reason = new Error("enough");
  const told: unknown[] = [];
  const listening = (async () => {
    for await (const { uuid, points } of db.subscribe([one!], { signal: ending.signal })) {
      told.push([uuid, ...timesOf(points)]);
      if (told.length === 2) ending.abort(reason);
    }
  })();
  while (!server.calls.has("Subscribe")) await new Promise((resolve) => setTimeout(resolve, 5));
  await new Promise((resolve) => setTimeout(resolve, 100));
  server.insert(other!, { times: BigInt64Array.of(7n), values: Float64Array.of(1) });
  server.insert(one!, { times: BigInt64Array.of(1n, 2n), values: Float64Array.of(1, 2) });
  server.insert(one!, { times: BigInt64Array.of(3n), values: Float64Array.of(3) });
  expect(await failure(listening)).toBe(reason);
  expect(told).toEqual([
    [one, 1n, 2n],
    [one, 3n],
  ]);
  for await (const _ of db.subscribe([])) expect.fail("nothing was asked for");
});

test("says of a subscription what the server lacks, what is not there, and that it broke", async () => {
  const old = await startServer({ arrow: false });
  const server = await startServer();
  const [plain, db] = [await connect(old.endpoint), await connect(server.endpoint)];
  open.push(old, server, plain, db);
  const first = (subscription: AsyncIterable<unknown>) => failure(Promise.resolve(subscription[Symbol.asyncIterator]().next()));
  expect(await first(plain.subscribe([streamId]))).toMatchObject({ code: "unsupported" });
  expect(await first(db.subscribe([streamId]))).toMatchObject({ code: "not-found", serverCode: 404, id: streamId });
  const uuid = server.create({ collection: "live", name: "a" });
  const broken = first(db.subscribe([uuid]));
  while ((server.calls.get("Subscribe") ?? 0) < 2) await new Promise((resolve) => setTimeout(resolve, 5));
  server.kill();
  expect(await broken).toMatchObject({ code: "connection", retryable: true });
});

const insertCalls = [
  { arrow: false, call: "Insert" },
  { arrow: true, call: "ArrowInsert" },
];

test.each(insertCalls)("inserts 110 000 points by three of $call, and halves what a server finds too many", async ({ arrow, call }) => {
  const server = await startServer({ bufferLimit: 0, arrow });
  open.push(server);
  const db = await connect(server.endpoint);
  open.push(db);
  const stream = await db.create({ collection: "bulk", tags: { name: "bulk" } });
  const points = { times: BigInt64Array.from({ length: 110_000 }, (_, row) => origin + BigInt(row)), values: new Float64Array(110_000) };
  const last = await stream.insert(points);
  expect(server.calls.get(call)).toBe(3);
  expect(last).toBe(await stream.version());
  const small = await startServer({ bufferLimit: 0, arrow, insertLimit: 20_000 });
  open.push(small);
  const other = await connect(small.endpoint);
  open.push(other);
  const halved = await other.create({ collection: "bulk", tags: { name: "bulk" } });
  await halved.insert(points);
  expect(await halved.count()).toBe(110_000);
});

test.each(insertCalls)("repeats $call only where that does no harm, and says what may have been stored", async ({ arrow, call }) => {
  const server = await startServer({ bufferLimit: 0, arrow });
  open.push(server);
  const db = await connect(server.endpoint);
  open.push(db);
  const stream = await db.create({ collection: "bulk", tags: { name: "once" } });
  const points = [
    [origin, 1],
    [origin + 1n, 2],
  ] as const;
  spoil(server, call, { grpc: 14, message: "the connection was cut" }, { times: 2 });
  await stream.insert(points, { merge: "retain" });
  expect(server.calls.get(call)).toBe(3);
  spoil(server, call, { grpc: 14, message: "the connection was cut" }, { times: 1 });
  expect(await failure(stream.insert(points))).toMatchObject({ code: "connection", outcome: "unknown", stored: 0 });
  expect(server.calls.get(call)).toBe(4);
  spoil(server, call, { status: 425 }, { times: 1 });
  expect(await failure(stream.insert(points))).toMatchObject({ code: "options", outcome: "none" });
});
