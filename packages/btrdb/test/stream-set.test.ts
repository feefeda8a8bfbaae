import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { toSpan } from "@sonde/core";
import { cellOf, chunksOf, timesOf } from "@sonde/core/connector";
import { afterAll, describe, expect, test } from "vitest";
import { type BtrdbStreamSet, connect, versionOf } from "../src/index.js";
import { startServer } from "../src/testing/index.js";

const start = 1_500_000_000_000_000_000n;
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
  const server = await startServer({ arrow, bufferLimit: 0 });
  const db = await connect(server.endpoint, { concurrency: 3 });
  open.push(db, server);
  const column = (rows: readonly (readonly [bigint, number])[]) => ({
    times: BigInt64Array.from(rows, ([time]) => time),
    values: Float64Array.from(rows, ([, value]) => value),
  });
  const make = (name: string, rows: readonly (readonly [bigint, number])[], unit = "") => {
    const uuid = server.create({ collection: "NW", name, unit });
    if (rows.length > 0) server.insert(uuid, column(rows));
    return uuid;
  };
  const tenths = (first: number, count: number) =>
    Array.from({ length: count }, (_, k) => [start + BigInt(first + 2 * k) * 100_000_000n, first + 2 * k + 1] as const);
  const [even, odd] = [make("stream0", tenths(1, 5), "volts"), make("stream1", tenths(0, 5), "amps")];
  const set = await db.streams(even, odd);

  test("joins as the quick start shows, with no end given", async () => {
    const rows = await set.filter({ start }).toObjects();
    expect(rows).toEqual(
      Array.from({ length: 10 }, (_, k) => ({
        time: start + BigInt(k) * 100_000_000n,
        "NW/stream0": k % 2 === 1 ? k + 1 : null,
        "NW/stream1": k % 2 === 0 ? k + 1 : null,
      })),
    );
  });

  test("writes CSV, to a file too, and with its header where there is no row", async () => {
    const text = await set.toCsv();
    expect(text.split("\n").slice(0, 3)).toEqual(["time,NW/stream0,NW/stream1", `${start},,1`, `${start + 100_000_000n},2,`]);
    const folder = await mkdtemp(join(tmpdir(), "sonde-btrdb-"));
    await set.toCsv(join(folder, "data.csv"));
    expect(await readFile(join(folder, "data.csv"), "utf8")).toBe(text);
    const none = set.filter({ start: 5n, end: 6n });
    await none.toCsv(join(folder, "none.csv"), { delimiter: ";" });
    expect(await readFile(join(folder, "none.csv"), "utf8")).toBe("time;NW/stream0;NW/stream1\n");
    expect(await none.toCsv()).toBe("time,NW/stream0,NW/stream1\n");
    await rm(folder, { recursive: true });
  });

  test("keeps a point at time 0, and a bound at 0", async () => {
    const zero = make(`zero`, [
      [-1n, 1],
      [0n, 2],
      [1n, 3],
    ]);
    const zeros = await db.streams(zero, even);
    expect((await zeros.filter({ end: 2n }).rows().toArray()).map(({ time }) => time)).toEqual([-1n, 0n, 1n]);
    expect((await zeros.filter({ start: 0n, end: 2n }).rows().toArray()).map(({ time }) => time)).toEqual([0n, 1n]);
    expect((await zeros.filter({ start: 0n }).earliest()).map((point) => point?.time)).toEqual([0n, start + 100_000_000n]);
  });

  test("reads pinned versions, raw points and rows too, and says so in each column", async () => {
    const uuid = make("pinned", [[start, 1]]);
    const live = await db.streams(uuid, odd);
    const pinned = await live.pinVersions();
    const before = await pinned.toObjects();
    await live.insert({ [uuid]: [[start + 1n, 2]] });
    expect((await live.values())[0]?.length).toBe(2);
    expect((await pinned.values())[0]?.length).toBe(1);
    expect(await pinned.toObjects()).toEqual(before);
    expect(await pinned.counts()).toEqual([1, 5]);
    const versions = await pinned.versions();
    const { schema } = await pinned.table();
    expect(versionOf(schema.fields[1]!)?.major).toBe(versions.get(uuid));
    expect(versionOf((await live.table()).schema.fields[1]!)?.major).toBe(versions.get(uuid)! + 1n);
    expect(await failure(live.pinVersions({ [crypto.randomUUID()]: 1n }))).toMatchObject({ code: "not-found" });
    expect((await (await db.streams([uuid], { versions: [versions.get(uuid)!] })).values())[0]?.length).toBe(1);
  });

  test("tells no point from NaN: null where a stream has none, each row of an instant that comes twice", async () => {
    const twice = make("twice", [
      [start, 1],
      [start, 9],
    ]);
    const rows = await (await db.streams(twice, odd)).filter({ end: start + 1n }).toObjects();
    expect(rows).toEqual([
      { time: start, "NW/twice": 1, "NW/stream1": 1 },
      { time: start, "NW/twice": 9, "NW/stream1": null },
    ]);
  });

  test("gives statistics of windows: the mean, some, or all, under names of one's own", async () => {
    const windows = set.filter({ start, end: start + toSpan("1s") }).windows({ width: "500ms" });
    expect(await windows.toObjects()).toEqual([
      { time: start, "NW/stream0": 3, "NW/stream1": 3 },
      { time: start + 500_000_000n, "NW/stream0": 8, "NW/stream1": 8 },
    ]);
    const all = await windows.table({ statistics: "all" });
    expect(all.schema.fields.map(({ name }) => name).slice(0, 6)).toEqual([
      "time",
      "NW/stream0/min",
      "NW/stream0/mean",
      "NW/stream0/max",
      "NW/stream0/count",
      "NW/stream0/stddev",
    ]);
    const some = await windows.table({ statistics: ["min", "max"], nameOf: ({ name, unit }) => `${name} [${unit}]` });
    expect(some.schema.fields.map(({ name }) => name)).toEqual([
      "time",
      "stream0 [volts]/min",
      "stream0 [volts]/max",
      "stream1 [amps]/min",
      "stream1 [amps]/max",
    ]);
    expect(() => windows.windows({ width: 1n })).toThrow(/windows already/);
    expect((await set.alignedWindows({ pointWidth: 60 }).values()).map((points) => points.map(({ count }) => count))).toEqual([[5], [5]]);
  });

  test("gives a typed table where windows hold nothing", async () => {
    const empty = set.filter({ start: 5n, end: 1000n }).windows({ width: 10n });
    const table = await empty.table();
    expect([table.numRows, table.schema.fields.map(({ name }) => name)]).toEqual([0, ["time", "NW/stream0", "NW/stream1"]]);
  });

  test("filters by text, expression, tags and time, and leaves the set as it was", async () => {
    const names = (streams: BtrdbStreamSet) => [...streams].map(({ name }) => name);
    expect(names(set.filter({ unit: "VOLTS" }))).toEqual(["stream0"]);
    expect(names(set.filter({ name: /1$/g }))).toEqual(["stream1"]);
    expect(names(set.filter({ collection: "nw", tags: { unit: "amps" } }))).toEqual(["stream1"]);
    expect(names(set.filter({ tags: { toString: "x" } }))).toEqual([]);
    expect(() => set.filter({ start: 7n, end: 7n })).toThrow(/exclusive/);
    expect(set.length).toBe(2);
    expect(set.get(even.toUpperCase())?.uuid).toBe(even);
    expect(set.clone()).not.toBe(set);
  });

  test("counts and finds the ends inside its bounds", async () => {
    const bounded = set.filter({ start: start + 1n, end: start + 300_000_000n });
    expect([await bounded.counts(), await bounded.count()]).toEqual([[1, 1], 2]);
    expect((await bounded.earliest()).map((point) => point && point.time - start)).toEqual([100_000_000n, 200_000_000n]);
    expect((await bounded.latest()).map((point) => point && point.time - start)).toEqual([100_000_000n, 200_000_000n]);
    expect(await set.filter({ end: 5n }).latest()).toEqual([undefined, undefined]);
  });

  test("joins more streams than requests may be under way", async () => {
    const count = 20;
    const uuids = Array.from({ length: count }, (_, k) => {
      const rows = Array.from({ length: k === 7 ? 50_000 : 100 + k }, (_, row) => [start + BigInt(row * (k + 1)), row] as const);
      return make(`many${k}`, rows);
    });
    const many = await db.streams(uuids);
    const table = await many.table();
    const instants = new Set<bigint>();
    for (const batch of table.batches) for (const time of timesOf(batch)) instants.add(time);
    expect(table.numRows).toBe(instants.size);
    for (const [k, name] of [
      [0, "NW/many0"],
      [7, "NW/many7"],
      [19, "NW/many19"],
    ] as const) {
      let seen = 0;
      for (const chunk of chunksOf(table, name)) {
        for (let row = 0; row < chunk.length; row++) if (cellOf(chunk, row) !== null) expect(cellOf(chunk, row)).toBe(seen++);
      }
      expect(seen).toBe(k === 7 ? 50_000 : 100 + k);
    }
  });

  test("reads points at a grid: the nearest within half a step, the earlier of two as near, none past the end", async () => {
    const second = 1_000_000_000n;
    const [one, two, three] = [
      make("snap1", [
        [second / 2n, 0.5],
        [second * 2n, 2],
        [second * 2n + second / 2n - 1n, 9],
      ]),
      make("snap2", [
        [second / 2n - 1n, 0.5],
        [second * 2n - 5n, 1],
        [second * 2n + 5n, 2],
        [second * 2n + (3n * second) / 4n, 3],
      ]),
      make("snap3", [[second, 1]]),
    ];
    const grid = (await db.streams(one, two, three)).filter({ start: second, end: 3n * second }).snap({ period: second });
    const rows = [
      { time: second, "NW/snap1": 0.5, "NW/snap2": null, "NW/snap3": 1 },
      { time: 2n * second, "NW/snap1": 2, "NW/snap2": 1, "NW/snap3": null },
    ];
    expect(await grid.toObjects()).toEqual(rows);
    expect((await grid.values()).map((points) => points.map(({ value }) => value))).toEqual([[0.5, 2], [1], [1]]);
    expect((await grid.series()[0]?.table())?.numRows).toBe(2);
    expect(() => set.snap({ period: 1n })).toThrow(/filter\(\{ start/);
    expect(() => grid.windows({ width: 1n })).toThrow(/begin with the set/);
    expect(() => grid.snap({ frequency: 1 / 3 })).toThrow(/give a period/);
  });

  test("keeps a grid of 30 Hz in step over an hour", async () => {
    const ticks = Array.from({ length: 108_000 }, (_, k) => start + (BigInt(k) * 1_000_000_000n) / 30n);
    const uuid = make("hertz", []);
    server.insert(uuid, { times: BigInt64Array.from(ticks, (time, k) => time + BigInt((k % 5) - 2)), values: new Float64Array(108_000) });
    const table = await (await db.streams(uuid)).filter({ start, span: "1h" }).snap({ frequency: 30 }).table();
    expect(table.batches.flatMap((batch) => [...timesOf(batch)])).toEqual(ticks);
  });

  test("reads each stream by itself, and stops at an abort", async () => {
    const tables = await Promise.all(set.series().map((answer) => answer.table()));
    expect(tables.map(({ numRows }) => numRows)).toEqual([5, 5]);
    const reason = new Error("enough");
    expect(await failure(set.values({ signal: AbortSignal.abort(reason) }))).toBe(reason);
    expect(await failure(set.read({ signal: AbortSignal.abort(reason) }).table())).toBe(reason);
  });
});
