import { mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { credentials, status } from "@grpc/grpc-js";
import { fromIPC, toIPC } from "@sonde/core";
import { arrowType, batchOf, cellOf, chunksOf, fieldOf, schemaOf, tableOf } from "@sonde/core/connector";
import { afterEach, expect, test } from "vitest";
import { type RunningServer, type ServerOptions, startServer } from "../../src/testing/index.js";
import { uuidBytes } from "../../src/testing/method.js";
import { type RawClient, rawClient } from "./client.js";

const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

async function started(options: ServerOptions = {}): Promise<{ server: RunningServer; client: RawClient }> {
  const server = await startServer(options);
  const client = rawClient(server.endpoint, options.apiKey === undefined ? {} : { key: options.apiKey });
  ends.push(() => server.close(), client.close);
  return { server, client };
}

const start = 1_500_000_000_000_000_000n;
const ramp = (count: number, from = start, step = 100n) => ({
  times: BigInt64Array.from({ length: count }, (_, k) => from + BigInt(k) * step),
  values: Float64Array.from({ length: count }, (_, k) => k),
});
const codeOf = (reply: { stat?: { code: number } | undefined }) => reply.stat?.code ?? 0;
const everything = { start: -(1n << 60n), end: (3n << 60n) - 1n };
const id = "0d22a53b-e2ef-4e0a-ab89-b2d48fb2592a";

test("says its version by whether it has the Arrow calls", async () => {
  const { client, server } = await started();
  expect(await client.one("info", {})).toMatchObject({ majorVersion: 5, minorVersion: 30, proxy: { proxyEndpoints: [server.endpoint] } });
  const plain = await started({ arrow: false });
  expect((await plain.client.one("info", {})).minorVersion).toBeLessThan(30);
  await expect(plain.client.all("arrowRawValues", { uuid: uuidBytes(id), ...everything })).rejects.toMatchObject({
    code: status.UNIMPLEMENTED,
  });
});

test("reads a long stream in messages of 5,000 points, each with the version", async () => {
  const { server, client } = await started();
  const uuid = server.create({ collection: "a", name: "b" });
  server.insert(uuid, ramp(12_345));
  const replies = await client.all("rawValues", { uuid: uuidBytes(uuid), ...everything });
  expect(replies.map((reply) => reply.values.length)).toEqual([5000, 5000, 2345]);
  expect(replies.map((reply) => reply.versionMinor)).toEqual([12_345n, 12_345n, 12_345n]);
  expect(replies.flatMap((reply) => reply.values).every(({ time, value }, k) => time === start + 100n * BigInt(k) && value === k)).toBe(
    true,
  );
  const [none] = await client.all("rawValues", { uuid: uuidBytes(uuid), start: 0n, end: 5n });
  expect(none).toMatchObject({ versionMajor: 10n, values: [] });
});

test("commits at the buffer's limit, on flush, and before a delete", async () => {
  const { server, client } = await started({ bufferLimit: 10 });
  const uuid = uuidBytes(server.create({ collection: "a", name: "b" }));
  const insert = (count: number, from: bigint) => {
    const { times, values } = ramp(count, from);
    return client.one("insert", { uuid, values: [...times].map((time, k) => ({ time, value: values[k]! })) });
  };
  const versions = ({ versionMajor, versionMinor }: { versionMajor: bigint; versionMinor: bigint }) => [versionMajor, versionMinor];
  expect(versions(await insert(4, start))).toEqual([10n, 4n]);
  expect(versions(await insert(7, start + 1000n))).toEqual([11n, 0n]);
  expect(versions(await insert(0, start))).toEqual([11n, 0n]);
  await insert(2, start + 5000n);
  expect(versions(await client.one("flush", { uuid }))).toEqual([12n, 0n]);
  expect(versions(await client.one("flush", { uuid }))).toEqual([12n, 0n]);
  expect(versions(await client.one("delete", { uuid, start, end: start + 1000n }))).toEqual([13n, 0n]);
  const count = async (versionMajor: bigint) => (await client.all("rawValues", { uuid, ...everything, versionMajor }))[0]!.values.length;
  expect(await Promise.all([10n, 11n, 12n, 13n, 0n].map(count))).toEqual([0, 11, 13, 9, 9]);
  expect(codeOf((await client.all("rawValues", { uuid, ...everything, versionMajor: 14n }))[0]!)).toBe(450);
});

test("refuses what is out of bounds, with the code of the real one", async () => {
  const { server, client } = await started({ insertLimit: 5 });
  const uuid = uuidBytes(server.create({ collection: "a", name: "b" }));
  const value = (time: bigint, of = 1) => ({ uuid, values: [{ time, value: of }] });
  const unaries = [
    [413, await client.one("insert", value(-(1n << 60n) - 1n))],
    [413, await client.one("insert", value((3n << 60n) - 1n))],
    [0, await client.one("insert", value((3n << 60n) - 2n))],
    [0, await client.one("insert", value(-(1n << 60n)))],
    [425, await client.one("insert", value(0n, Number.NaN))],
    [425, await client.one("insert", value(0n, Number.POSITIVE_INFINITY))],
    [414, await client.one("insert", { uuid, values: Array.from({ length: 6 }, () => ({ time: 0n, value: 0 })) })],
    [501, await client.one("insert", { uuid, rounding: { spec: { case: "bits", value: 3 } } })],
    [404, await client.one("insert", { ...value(0n), uuid: uuidBytes(id) })],
    [421, await client.one("insert", { ...value(0n), uuid: Uint8Array.of(1) })],
    [413, await client.one("nearest", { uuid, time: 3n << 60n })],
    [401, await client.one("nearest", { uuid, time: -(1n << 60n), backward: true })],
    [421, await client.one("streamInfo", { uuid, omitVersion: true, omitDescriptor: true })],
    [424, await client.one("faultInject", {})],
  ] as const;
  for (const [k, [code, reply]] of unaries.entries()) expect(codeOf(reply), `case ${k}`).toBe(code);
  const streams = [
    [413, await client.all("rawValues", { uuid, start: 5n, end: 5n })],
    [413, await client.all("rawValues", { uuid, start: 0n, end: 3n << 60n })],
    [415, await client.all("alignedWindows", { uuid, start: 0n, end: 9n, pointWidth: 64 })],
    [413, await client.all("alignedWindows", { uuid, start: 0n, end: 3n, pointWidth: 2 })],
    [415, await client.all("windows", { uuid, start: 0n, end: 9n, width: 0n })],
    [413, await client.all("windows", { uuid, start: 0n, end: 9n, width: 10n })],
    [427, await client.all("changes", { uuid, fromMajor: 11n, toMajor: 10n })],
    [415, await client.all("changes", { uuid, resolution: 64 })],
    [450, await client.all("changes", { uuid, toMajor: 99n })],
    [404, await client.all("lookupStreams", {}).then(() => client.all("changes", { uuid: uuidBytes(id) }))],
  ] as const;
  for (const [k, [code, replies]] of streams.entries()) expect(codeOf(replies.at(-1)!), `stream ${k}`).toBe(code);
});

test("keeps metadata by compare and set, and finds streams by it", async () => {
  const { server, client } = await started();
  const uuid = uuidBytes(server.create({ uuid: id, collection: "grid/a", name: "L1", unit: "V", annotations: { phase: "A" } }));
  server.create({ collection: "grid/b", name: "L2", unit: "A" });
  server.create({ collection: "other", name: "__proto__", unit: "A", annotations: { phase: "B" } });
  const tagged = (key: string, value?: string) => [{ key, ...(value === undefined ? {} : { val: { value } }) }];
  const found = async (request: Parameters<typeof client.all<"lookupStreams">>[1]) =>
    (await client.all("lookupStreams", request)).flatMap(({ results }) => results.map(({ collection }) => collection));
  expect(await found({ isCollectionPrefix: true })).toEqual(["grid/a", "grid/b", "other"]);
  expect(await found({ collection: "grid/", isCollectionPrefix: true, tags: tagged("unit", "V") })).toEqual(["grid/a"]);
  expect(await found({ isCollectionPrefix: true, annotations: tagged("phase") })).toEqual(["grid/a", "other"]);
  expect(await found({ collection: "grid/", tags: tagged("unit", "V") })).toEqual([]);
  expect((await client.all("listCollections", { prefix: "grid" }))[0]!.collections).toEqual(["grid/a", "grid/b"]);

  const code = async (reply: Promise<{ stat?: { code: number } | undefined }>) => codeOf(await reply);
  expect(await code(client.one("create", { uuid, collection: "x" }))).toBe(417);
  expect(await code(client.one("create", { uuid: uuidBytes(crypto.randomUUID()), collection: "" }))).toBe(407);
  expect(await code(client.one("create", { uuid: uuidBytes(crypto.randomUUID()), collection: "x", tags: tagged("colour", "x") }))).toBe(
    408,
  );
  const twin = [...tagged("name", "L1"), ...tagged("unit", "V")];
  expect(await code(client.one("create", { uuid: uuidBytes(crypto.randomUUID()), collection: "grid/a", tags: twin }))).toBe(418);
  expect(await code(client.one("setStreamTags", { uuid, expectedPropertyVersion: 7n, tags: tagged("unit", "kV") }))).toBe(423);
  expect(await code(client.one("setStreamTags", { uuid, expectedPropertyVersion: 1n, tags: tagged("unit", "kV"), collection: "c" }))).toBe(
    0,
  );
  expect(await code(client.one("setStreamAnnotations", { uuid, changes: tagged("site"), removals: ["phase"] }))).toBe(0);
  const { descriptor } = await client.one("streamInfo", { uuid, omitVersion: true });
  expect(descriptor).toMatchObject({ collection: "c", propertyVersion: 3n, annotations: [{ key: "site" }] });
  expect(descriptor!.annotations[0]!.val).toBeUndefined();
  expect(Object.fromEntries(descriptor!.tags.map(({ key, val }) => [key, val?.value]))).toEqual({
    name: "L1",
    unit: "kV",
    ingress: "",
    distiller: "",
  });
  const usage = await client.one("getMetadataUsage", { prefix: "" });
  expect(usage.tags.find(({ key }) => key === "unit")?.count).toBe(3n);
  expect(await code(client.one("obliterate", { uuid }))).toBe(0);
  expect(await code(client.one("streamInfo", { uuid }))).toBe(404);
  expect(await code(client.one("create", { uuid, collection: "x" }))).toBe(429);
});

test("answers the questions that clients ask by SQL, and refuses the rest", async () => {
  const { server, client } = await started();
  for (const [collection, name, unit, annotations] of [
    ["grid/a", "L1", "V", { phase: "A", site: "x" }],
    ["grid/a", "L2", "V", { phase: "B" }],
    ["plant", "100%", "A", {}],
  ] as const) {
    server.create({ collection, name, unit, annotations });
  }
  const rows = async (query: string, ...params: string[]) =>
    (await client.all("sQLQuery", { query, params })).flatMap((reply) => {
      expect(codeOf(reply), query).toBe(0);
      return reply.rows.map((row) => JSON.parse(new TextDecoder().decode(row)));
    });
  expect(await rows("select distinct(skeys(annotations)) as annotations from streams where collection like $1", "grid%")).toEqual([
    { annotations: "phase" },
    { annotations: "site" },
  ]);
  expect(await rows("SELECT DISTINCT(unit) AS unit FROM streams")).toEqual([{ unit: "V" }, { unit: "A" }]);
  expect(await rows("select count(uuid) from streams;")).toEqual([{ count: 3 }]);
  expect(await rows("select count(*) as n, count(distinct unit) from streams where collection = 'grid/a'")).toEqual([{ n: 2, count: 1 }]);
  expect(await rows("select name from streams where annotations->'phase' = $1 or (unit = 'A' and not name like 'L_')", "B")).toEqual([
    { name: "L2" },
    { name: "100%" },
  ]);
  expect(await rows("select name from streams where name like '%\\%' and property_version >= 1")).toEqual([{ name: "100%" }]);
  expect(await rows("select name from streams where name in ($1, $2) order by name desc limit 1", "L1", "L2")).toEqual([{ name: "L2" }]);
  expect(await rows("select name, annotations from streams where annotations ? 'site'")).toEqual([
    { name: "L1", annotations: { phase: "A", site: "x" } },
  ]);
  expect(Object.keys((await rows("select * from streams limit 1 offset 1"))[0])).toContain("property_version");
  for (const bad of [
    "drop table streams",
    "select x from streams",
    "select name from other",
    "select name from streams where name = $1",
    "select 'a",
    "select name, count(*) from streams",
  ]) {
    expect(codeOf((await client.all("sQLQuery", { query: bad }))[0]!), bad).toBe(441);
  }
  const long = `${"a".repeat(5000)}!`;
  const begun = performance.now();
  await rows("select name from streams where name like $1", `${"%a".repeat(50)}%${long}`);
  expect(performance.now() - begun).toBeLessThan(1000);
});

test("reads and takes Arrow streams, under the schema asked for", async () => {
  const { server, client } = await started();
  const uuid = uuidBytes(server.create({ collection: "a", name: "b" }));
  const schema = schemaOf([fieldOf("time", arrowType.nanos()), fieldOf("value", arrowType.float64())]);
  const batch = batchOf(schema, { time: BigInt64Array.of(100n, 200n, 301n), value: Float64Array.of(1, 2, 3) });
  expect(codeOf(await client.one("arrowInsert", { uuid, arrowBytes: await toIPC(batch) }))).toBe(0);
  const wrong = batchOf(schemaOf([fieldOf("value", arrowType.float64())]), { value: Float64Array.of(1) });
  expect(codeOf(await client.one("arrowInsert", { uuid, arrowBytes: await toIPC(wrong) }))).toBe(421);
  expect(codeOf(await client.one("arrowInsert", { uuid, arrowBytes: Uint8Array.of(1, 2, 3) }))).toBe(421);
  const cells = (bytes: Uint8Array) => {
    const table = fromIPC(bytes);
    return Object.fromEntries(
      table.schema.fields.map(({ name }) => [
        name,
        chunksOf(table, name).flatMap((data) => Array.from({ length: data.length }, (_, row) => cellOf(data, row))),
      ]),
    );
  };
  const [raw] = await client.all("arrowRawValues", { uuid, ...everything });
  expect(cells(raw!.arrowBytes)).toEqual({ time: [100n, 200n, 301n], value: [1, 2, 3] });
  const template = schemaOf([fieldOf("t", arrowType.int64()), fieldOf("v", arrowType.float32())]);
  const [shaped] = await client.all("arrowRawValues", { uuid, ...everything, templateBytes: await toIPC(tableOf(template, [])) });
  expect(String(fromIPC(shaped!.arrowBytes).schema)).toBe(String(template));
  const [empty] = await client.all("arrowRawValues", { uuid, start: 0n, end: 9n });
  expect(String(fromIPC(empty!.arrowBytes).schema)).toBe(String(schema));
  const [aligned] = await client.all("arrowAlignedWindows", { uuid, start: 0n, end: 512n, pointWidth: 8 });
  expect(cells(aligned!.arrowBytes)).toEqual({
    time: [0n, 256n],
    min: [1, 3],
    mean: [1.5, 3],
    max: [2, 3],
    count: [2n, 1n],
    stddev: [0.5, 0],
  });
  const other = server.create({ collection: "a", name: "c" });
  server.insert(other, { times: BigInt64Array.of(150n, 200n), values: Float64Array.of(5, 6) });
  const [joined] = await client.all("arrowMultiValues", { uuid: [uuid, uuidBytes(other)], versionMajor: [0n, 0n], start: 0n, end: 301n });
  expect(Object.values(cells(joined!.arrowBytes))).toEqual([
    [100n, 150n, 200n],
    [1, Number.NaN, 2],
    [Number.NaN, 5, 6],
  ]);
});

test("tells subscribers of points as they come in", async () => {
  const { server, client } = await started();
  const uuid = server.create({ collection: "a", name: "b" });
  const call = client.talk("subscribe");
  call.write({ uuid: [uuidBytes(uuid)] });
  const got = new Promise((resolve) => call.on("data", resolve));
  call.on("error", () => {});
  while (!server.calls.has("Subscribe")) await new Promise((resolve) => setTimeout(resolve, 10));
  await new Promise((resolve) => setTimeout(resolve, 50));
  server.insert(uuid, ramp(3));
  expect(fromIPC(((await got) as { arrowBytes: Uint8Array }).arrowBytes).numRows).toBe(3);
  call.cancel();
});

test("writes rows of CSV, merged by time", async () => {
  const { server, client } = await started();
  const [a, b] = ["a", "b"].map((name) => server.create({ collection: "x", name }));
  server.insert(a!, { times: BigInt64Array.of(0n, 1_500_000_000n), values: Float64Array.of(1, 2.5) });
  server.insert(b!, { times: BigInt64Array.of(1_500_000_000n), values: Float64Array.of(7) });
  const streams = [a!, b!].map((uuid, k) => ({ uuid: uuidBytes(uuid), label: ["a", "b"][k]! }));
  const rows = async (request: object) =>
    (await client.all("generateCSV", { startTime: 0n, endTime: 1n << 40n, streams, ...request })).map(({ row }) => row);
  expect(await rows({ queryType: 2 })).toEqual([
    ["Timestamp (ns)", "Human-Readable Time (UTC)", "a", "b"],
    ["0", "1970-01-01T00:00:00Z", "1.000000", ""],
    ["1500000000", "1970-01-01T00:00:01Z", "2.500000", "7.000000"],
  ]);
  expect((await rows({ queryType: 0, depth: 39, includeVersions: true })).slice(0, 2)).toEqual([
    [
      "Timestamp (ns)",
      "Human-Readable Time (UTC)",
      ...["a", "b"].flatMap((name) => ["Min", "Mean", "Max", "Count"].map((of) => `${name}, ver. 10 (${of})`)),
    ],
    ["0", "1970-01-01T00:00:00Z", "1.000000", "1.750000", "2.500000", "2", "7.000000", "7.000000", "7.000000", "1"],
  ]);
});

test("asks for the key, and speaks TLS by a certificate of its own", async () => {
  const { server, client } = await started({ apiKey: "secret" });
  expect((await client.one("info", {})).majorVersion).toBe(5);
  for (const key of ["wrong", undefined]) {
    const stranger = rawClient(server.endpoint, key === undefined ? {} : { key });
    ends.push(stranger.close);
    await expect(stranger.one("info", {})).rejects.toMatchObject({ code: status.UNAUTHENTICATED, details: "invalid api key" });
    await expect(stranger.all("listCollections", {})).rejects.toMatchObject({ code: status.UNAUTHENTICATED });
  }
  const secure = await startServer({ tls: true });
  ends.push(() => secure.close());
  const trusting = rawClient(secure.endpoint, { channel: credentials.createSsl(Buffer.from(secure.certificate!)) });
  ends.push(trusting.close);
  expect((await trusting.one("info", {})).majorVersion).toBe(5);
  const doubting = rawClient(secure.endpoint, { channel: credentials.createSsl() });
  ends.push(doubting.close);
  await expect(doubting.one("info", {})).rejects.toMatchObject({ code: status.UNAVAILABLE });
});

test("is the same server after a restart, and drops only what a crash cut short", async () => {
  const folder = mkdtempSync(join(tmpdir(), "sonde-btrdb-"));
  ends.push(() => rmSync(folder, { recursive: true }));
  const first = await started({ folder });
  const uuid = first.server.create({ uuid: id, collection: "a", name: "b" });
  first.server.insert(uuid, ramp(1000));
  await first.client.one("flush", { uuid: uuidBytes(uuid) });
  await first.client.one("delete", { uuid: uuidBytes(uuid), start, end: start + 500n });
  await first.client.one("insert", { uuid: uuidBytes(id).reverse(), values: [] });
  first.server.insert(uuid, ramp(3, start));
  first.server.kill();
  const path = join(folder, "streams.btrdb-journal");
  truncateSync(path, readFileSync(path).byteLength - 7);
  for (let round = 0; round < 2; round++) {
    const again = await started({ folder });
    const info = await again.client.one("streamInfo", { uuid: uuidBytes(uuid) });
    expect(info).toMatchObject({ versionMajor: 12n, versionMinor: 0n, descriptor: { collection: "a" } });
    const [old] = await again.client.all("rawValues", { uuid: uuidBytes(uuid), ...everything, versionMajor: 11n });
    expect(old!.values.length).toBe(1000);
    await again.server.close();
  }
  await expect(startServer({ folder, bufferLimit: 5 })).rejects.toMatchObject({ code: "options" });
  const smaller = await started({ folder, arrow: false, insertLimit: 1 });
  expect((await smaller.client.one("streamInfo", { uuid: uuidBytes(uuid) })).versionMajor).toBe(12n);
  await smaller.server.close();
  const kept = readFileSync(path);
  writeFileSync(path, Buffer.concat([kept, Buffer.from([3, 1, 0, 0, 0]), Buffer.from("New!")]));
  await expect(startServer({ folder })).rejects.toMatchObject({ code: "format", offset: kept.byteLength });
  writeFileSync(path, "something else of the user's");
  await expect(startServer({ folder })).rejects.toMatchObject({ code: "format" });
  expect(readFileSync(path, "utf8")).toBe("something else of the user's");
});

test("goes wrong as it is told: cut, truncated, late, with a status, and killed", async () => {
  const { server, client } = await started();
  const uuid = uuidBytes(server.create({ collection: "a", name: "b" }));
  server.insert(server.create({ uuid: id, collection: "c", name: "d" }), ramp(20_000));
  const read = async () => {
    const replies = [];
    try {
      for await (const reply of client.many("rawValues", { uuid: uuidBytes(id), ...everything })) replies.push(reply);
    } catch (error) {
      return [replies.length, (error as { code: number }).code];
    }
    return [replies.length, codeOf(replies.at(-1)!)];
  };
  server.fault({ method: "RawValues", after: 2, effect: "cut", times: 1 });
  expect(await read()).toEqual([2, status.UNAVAILABLE]);
  server.fault({ method: "RawValues", after: 1, effect: { status: 419 }, times: 1 });
  expect((await read())[0]).toBeGreaterThan(1);
  server.fault({ method: "RawValues", after: 1, effect: "truncate", times: 1 });
  expect((await read())[1]).not.toBe(0);
  server.fault({ method: "Nearest", effect: { status: 405, message: "elsewhere" }, times: 1 });
  expect(await client.one("nearest", { uuid, time: 0n })).toMatchObject({ stat: { code: 405, msg: "elsewhere" } });
  server.fault({ method: "Info", effect: { grpc: status.RESOURCE_EXHAUSTED }, times: 1 });
  await expect(client.one("info", {})).rejects.toMatchObject({ code: status.RESOURCE_EXHAUSTED });
  const end = server.fault({ delay: 80 });
  const begun = performance.now();
  await client.one("info", {});
  expect(performance.now() - begun).toBeGreaterThan(75);
  end();
  expect(await read()).toEqual([4, 0]);
  server.fault({ after: 1, effect: "kill" });
  expect((await read())[1]).toBe(status.UNAVAILABLE);
  await server.close();
  await server.close();
});

test("sends as fast as it is read: a slow reader of 10^9 points costs no memory, and a cancelled one no more work", async () => {
  const { server, client } = await started();
  let asked = 0;
  const value = (index: number) => {
    asked++;
    return index % 10;
  };
  const clock = { origin: start, ticks: 1n, per: 100n };
  const uuid = server.createFunction({ collection: "a", name: "f", clock, count: 1e9, value });
  const call = client.many("rawValues", { uuid: uuidBytes(uuid), ...everything });
  const iterator = call[Symbol.asyncIterator]();
  await iterator.next();
  await new Promise((resolve) => setTimeout(resolve, 200));
  expect(asked).toBeLessThan(2_000_000);
  call.on("error", () => {});
  call.cancel();
  await iterator.return?.();
  await new Promise((resolve) => setTimeout(resolve, 100));
  const after = asked;
  await new Promise((resolve) => setTimeout(resolve, 100));
  expect(asked).toBe(after);
  expect(codeOf(await client.one("insert", { uuid: uuidBytes(uuid), values: [{ time: 0n, value: 0 }] }))).toBe(447);
});

test("lists 10,000 streams in messages of 1,000", async () => {
  const { server, client } = await started();
  for (let k = 0; k < 10_000; k++) server.create({ collection: `c/${k % 100}`, name: String(k) });
  const replies = await client.all("lookupStreams", { collection: "c", isCollectionPrefix: true });
  expect(replies.map(({ results }) => results.length)).toEqual(Array(10).fill(1000));
});

test("says which port is taken", async () => {
  const { server } = await started();
  await expect(startServer({ port: server.port })).rejects.toMatchObject({ code: "connection", retryable: false });
});
