import { delay } from "@sonde/core/bytes";
import { afterAll, beforeAll, expect, test } from "vitest";
import { WebSocket } from "ws";
import type { DocumentPair } from "../../src/event-model/index.js";
import { tiledBackend } from "../../src/tiled/backend.js";
import type { Socket } from "../../src/tiled/socket.js";
import { apiKey, startFakeTiled } from "./fake-tiled.js";
import { liveRun } from "./runs.js";

const never = new AbortController().signal;
let server: Awaited<ReturnType<typeof startFakeTiled>>;
beforeAll(async () => {
  server = await startFakeTiled({ dialect: "sql" });
});
afterAll(() => server.close());

const backend = (key = apiKey) =>
  tiledBackend({ url: server.url, apiKey: key, openSocket: (url) => new WebSocket(url) as unknown as Socket });
const wait = (milliseconds: number) => delay(`${milliseconds}ms`, { signal: never });
const until = async (test: () => boolean) => {
  for (let k = 0; k < 400 && !test(); k++) await wait(20);
  expect(test()).toBe(true);
};

async function follow(pairs: readonly DocumentPair[], disturb: (row: number, uid: string) => Promise<void>) {
  const [first, second, ...rest] = pairs;
  server.add(first!);
  server.add(second!);
  const uid = (first![1] as { readonly uid: string }).uid;
  const [row, ...later] = rest;
  server.add(row!);
  const got: DocumentPair[] = [];
  const reading = (async () => {
    for await (const pair of backend().follow!(uid, { signal: never })) got.push(pair);
  })();
  await until(() => server.listening(`${uid}/primary/internal`) > 0);
  for (const [k, pair] of later.entries()) {
    await disturb(k, uid);
    server.add(pair);
  }
  await reading;
  return got;
}

const seqNums = (pairs: readonly DocumentPair[]) => pairs.flatMap(([name, document]) => (name === "event" ? [document.seq_num] : []));

test("a run under way is followed to its stop, every event once and in order", async () => {
  const pairs = liveRun(40);
  const got = await follow(pairs, async () => {});
  expect(got.map(([name]) => name)).toEqual(pairs.map(([name]) => name));
  expect(seqNums(got)).toEqual(Array.from({ length: 40 }, (_, k) => k + 1));
  expect(got.at(-1)?.[1]).toEqual(pairs.at(-1)?.[1]);
});

test("a socket that breaks is opened again, and no event is lost or given twice", async () => {
  const got = await follow(liveRun(30), async (row) => {
    if (row === 10) server.drop();
  });
  expect(seqNums(got)).toEqual(Array.from({ length: 30 }, (_, k) => k + 1));
});

test("a run that is over is its documents", async () => {
  const pairs = liveRun(5);
  for (const pair of pairs) server.add(pair);
  const got: DocumentPair[] = [];
  for await (const pair of backend().follow!((pairs[0]![1] as { readonly uid: string }).uid, { signal: never })) got.push(pair);
  expect(got.map(([name]) => name)).toEqual(pairs.map(([name]) => name));
});

test("leaving the loop closes the sockets", async () => {
  const [first, second, row] = liveRun(3);
  for (const pair of [first!, second!, row!]) server.add(pair);
  const uid = (first![1] as { readonly uid: string }).uid;
  for await (const [name] of backend().follow!(uid, { signal: never })) if (name === "event") break;
  await until(() => server.listening(`${uid}/primary/internal`) === 0 && server.listening(uid) === 0);
});

test("an abort ends the following with its reason", async () => {
  const [first, second] = liveRun(1);
  for (const pair of [first!, second!]) server.add(pair);
  const controller = new AbortController();
  const reason = new Error("enough");
  setTimeout(() => controller.abort(reason), 50);
  const reading = (async () => {
    for await (const _ of backend().follow!((first![1] as { readonly uid: string }).uid, { signal: controller.signal }));
  })();
  await expect(reading).rejects.toBe(reason);
});

test("runs that begin are told, and a wrong key is refused", async () => {
  const controller = new AbortController();
  const seen: string[] = [];
  const watching = (async () => {
    for await (const { start } of backend().watch!({ signal: controller.signal })) seen.push(start.uid);
  })();
  await until(() => server.listening("") > 0);
  const pairs = liveRun(1);
  for (const pair of pairs) server.add(pair);
  await until(() => seen.length === 1);
  expect(seen).toEqual([(pairs[0]![1] as { readonly uid: string }).uid]);
  controller.abort(new Error("done"));
  await expect(watching).rejects.toThrow("done");
  const refused = backend("wrong").watch!({ signal: never });
  await expect(refused[Symbol.asyncIterator]().next()).rejects.toMatchObject({ code: "auth" });
});
