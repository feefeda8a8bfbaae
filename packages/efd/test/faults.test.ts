import { fs, type ObjectEntry, type ObjectStore, s3 } from "@sonde/object-store";
import { startS3 } from "@sonde/object-store/testing";
import { expect, test } from "vitest";
import { openEfd } from "../src/index.js";
import { emptyFolder, fillExample, folder, rows, start, topic } from "./support/archives.js";
import { fileOfColumns, hourSeconds, keyOf, put } from "./support/files.js";

const nights = { start: "2020-08-07", end: "2020-08-09" };

async function served() {
  const server = await startS3({ buckets: ["archive"] });
  const { endpoint, region, credentials } = server;
  const options = { bucket: "archive", endpoint, region, credentials, attempts: 2 };
  await fillExample(s3({ ...options }));
  const keys = server.requests.filter(({ method }) => method === "PUT").map(({ key }) => key);
  return { server, options, keys };
}

test.each([
  [403, "AccessDenied", "auth"],
  [404, "NoSuchKey", "not-found"],
  [500, "InternalError", "connection"],
] as const)("names the object that is answered by %s %s, and reads all others", async (status, code, kind) => {
  const { server, options, keys } = await served();
  await using _ = server;
  const [, , , key = ""] = keys;
  server.inject({ kind: "status", status, code, when: (request) => request.key === key && request.method === "GET" });
  await using archive = await openEfd(options);
  const read = (await archive.topic(topic)).read({ columns: ["count"] });
  let got = 0;
  const failure = await (async () => {
    for await (const batch of read) got += batch.numRows;
  })().catch((error: unknown) => error);
  expect(failure).toMatchObject({ code: kind, message: expect.stringContaining(key) });
  expect(got).toBe(rows - 300);
  const skipping = (await archive.topic(topic)).read({ columns: ["count"], onDamaged: "skip" });
  expect((await skipping.table()).numRows).toBe(rows - 300);
  expect(skipping.skipped).toMatchObject([{ key, error: { code: kind } }]);
});

test("passes over a storm of 503 that ends, and gives up one that does not", async () => {
  const { server, options } = await served();
  await using _ = server;
  await using archive = await openEfd({ ...options, attempts: 5 });
  const stream = await archive.topic(topic);
  await stream.describe();
  const heal = server.inject({ kind: "status", status: 503, code: "SlowDown", times: 4 });
  expect((await stream.read({ columns: ["count"] }).table()).numRows).toBe(rows);
  heal();
  server.inject({ kind: "status", status: 503, code: "SlowDown", when: ({ key }) => key.endsWith(".parquet") });
  const before = server.requests.length;
  await using impatient = await openEfd({ ...options, attempts: 1 });
  await expect((await impatient.topic(topic)).read({ columns: ["count"] }).table()).rejects.toMatchObject({
    code: "connection",
    status: 503,
    retryable: true,
  });
  // Not every file of a topic is asked of a store that gives none.
  expect(server.requests.length - before).toBeLessThan(60);
});

test("notices an object that was replaced between the listing and the read", async () => {
  const { server, options, keys } = await served();
  await using _ = server;
  const [, key = ""] = keys;
  server.inject({ kind: "changed-etag", when: (request) => request.key === key });
  await using archive = await openEfd({ ...options, onDamaged: "skip" });
  const read = (await archive.topic(topic)).read({ columns: ["count"] });
  expect((await read.table()).numRows).toBe(rows - 300);
  expect(read.skipped).toMatchObject([{ key, error: { code: "connection", retryable: false } }]);
});

test("says that the clock is off", async () => {
  const server = await startS3({ buckets: ["archive"], now: () => Date.now() + 3_600_000 });
  await using _ = server;
  const { endpoint, region, credentials } = server;
  await using archive = await openEfd({ bucket: "archive", endpoint, region, credentials, attempts: 1 });
  await expect(archive.topics().toArray()).rejects.toMatchObject({ code: "auth", message: expect.stringContaining("clock") });
});

test("reads keys with plus and equals signs, and topics that hold plus themselves", async () => {
  const server = await startS3({ buckets: ["archive"] });
  await using _ = server;
  const { endpoint, region, credentials } = server;
  const bytes = await fileOfColumns({ time: ["double", Float64Array.of(hourSeconds(10))], a: ["int", Int32Array.of(1)] });
  const name = "lsst.sal+x=1";
  server.put("archive", keyOf(10, 7, 3, name), bytes);
  // What lies beside the files of values is none of them.
  server.put("archive", keyOf(10, 7, 3, name).replace(".snappy", ".keys.snappy"), "keys");
  server.put("archive", `topics/${name}/year=2020/month=08/day=07/hour=10/_SUCCESS`, "");
  server.put("archive", `topics/${name}/year=2020/month=13/day=07/hour=10/${name}+0+0000000000.snappy.parquet`, "no month");
  await using archive = await openEfd({ bucket: "archive", endpoint, region, credentials });
  expect((await archive.topics({ match: "*sal+*" }).toArray()).map((found) => found.name)).toEqual([name]);
  const found = await archive.topic(name);
  expect(await found.files().toArray()).toMatchObject([{ key: keyOf(10, 7, 3, name), partition: 3, offset: 7n }]);
  expect((await found.read().rows().toArray()).map(({ a }) => a)).toEqual([1]);
});

/** A listing as long as an archive of years, which holds nothing. */
function longListing(files: number): { readonly store: ObjectStore; readonly listed: () => number } {
  let listed = 0;
  const hours = Math.ceil(files / 6);
  const entry = (index: number): ObjectEntry => {
    const date = new Date(Date.UTC(2010, 0, 1, Math.floor(index / 6))).toISOString();
    const folder = `topics/t/year=${date.slice(0, 4)}/month=${date.slice(5, 7)}/day=${date.slice(8, 10)}/hour=${date.slice(11, 13)}`;
    return { kind: "object", key: `${folder}/t+0+${String(index * 600).padStart(10, "0")}.snappy.parquet`, size: 200_000, etag: '"e"' };
  };
  const refuse = () => Promise.reject(new Error("nothing is read"));
  const store: ObjectStore = {
    name: "long",
    async *list({ prefix = "", startAfter = "" } = {}) {
      for (let index = 0; index < hours * 6; index++) {
        const one = entry(index);
        if (one.key <= startAfter || !one.key.startsWith(prefix)) continue;
        listed++;
        yield one;
      }
    },
    head: refuse,
    get: refuse,
    put: refuse,
    source: () => {
      throw new Error("nothing is read");
    },
  };
  return { store, listed: () => listed };
}

test("lists of 100,000 objects only those that a range can need, and all of them one by one", async () => {
  const { store, listed } = longListing(100_000);
  await using archive = await openEfd({ store });
  const found = await archive.topic("t");
  const before = listed();
  const range = { start: "2011-06-01T10:00Z", end: "2011-06-01T11:00Z" };
  expect(await found.files({ range }).toArray()).toHaveLength(12);
  expect(listed() - before).toBeLessThanOrEqual(13);
  let count = 0;
  for await (const { partition } of found.files()) count += partition === 0 ? 1 : 0;
  expect(count).toBe(100_002);
});

test("says which hours have fewer files than the rotation makes", async () => {
  const path = await emptyFolder();
  const store = fs(path);
  for (const [hour, files] of [
    [10, 6],
    [11, 5],
  ] as const) {
    for (let index = 0; index < files; index++) {
      await put(store, keyOf(hour, index), { time: ["double", Float64Array.of(hourSeconds(hour) + index)], a: ["int", Int32Array.of(1)] });
    }
  }
  await using archive = await openEfd({ path });
  const hours = await (await archive.topic("t")).hours().toArray();
  expect(hours.map(({ files, incomplete }) => [files.length, incomplete])).toEqual([
    [6, false],
    [5, true],
  ]);
  expect((await (await archive.topic("t")).hours({ filesPerHour: 5 }).toArray()).some(({ incomplete }) => incomplete)).toBe(false);
});

test("rejects with the signal's reason, and asks nothing once it is aborted", async () => {
  const { server, options } = await served();
  await using _ = server;
  await using archive = await openEfd(options);
  const found = await archive.topic(topic);
  const before = server.requests.length;
  const reason = new Error("enough");
  const signal = AbortSignal.abort(reason);
  for (const call of [
    () => archive.topics({ signal }).toArray(),
    () => archive.topic(topic, { signal }),
    () => found.describe({ signal }),
    () => found.files({ signal }).toArray(),
    () => found.read({ signal }).table(),
    () => found.newest(1, { signal }).table(),
    () => found.windows({ width: "1m", signal }).table(),
    () => found.band("value0", { signal }),
    () => found.packed("value", { signal }),
    () => found.follow({ signal }).next(),
  ]) {
    await expect(call()).rejects.toBe(reason);
  }
  expect(server.requests.length).toBe(before);
});

test("ends what is under way with `closed`", async () => {
  const archive = await openEfd({ path: await folder(fillExample) });
  const found = await archive.topic(topic);
  const follower = found.follow();
  const pending = follower.next();
  await archive.close();
  await archive.close();
  await expect(pending).rejects.toMatchObject({ code: "closed" });
  await expect(found.read({ range: nights }).table()).rejects.toMatchObject({ code: "closed" });
});

test("refuses what it does not know, with what there is", async () => {
  const path = await folder(fillExample);
  await using archive = await openEfd({ path });
  const found = await archive.topic(topic);
  await expect(archive.topic("example-999")).rejects.toMatchObject({ code: "not-found", id: "example-999" });
  await expect(archive.topic("../etc")).rejects.toMatchObject({ code: "not-found" });
  await expect(found.read({ columns: ["mean_value7"] }).table()).rejects.toMatchObject({ code: "not-found", id: "mean_value7" });
  await expect(found.read({ fields: ["value7"] }).table()).rejects.toMatchObject({ code: "not-found", id: "value7" });
  await expect(found.read({ statistics: ["q1"] }).table()).rejects.toMatchObject({ code: "not-found", id: "q1" });
  await expect(found.read({ fields: ["value0"], columns: ["count"] }).table()).rejects.toMatchObject({ code: "options" });
  await expect(found.windows({ width: "1m", statistics: ["median"] }).table()).rejects.toMatchObject({
    code: "unsupported",
    what: "median",
  });
  await expect(found.windows({ width: "1m", statistics: ["q3"] }).table()).rejects.toThrow("says nothing of");
  await expect(openEfd({ path, pathFormat: "'hour'=HH" })).rejects.toMatchObject({ code: "options" });
  await expect(openEfd({})).rejects.toMatchObject({ code: "options" });
  expect(start).toBeGreaterThan(0n);
});
