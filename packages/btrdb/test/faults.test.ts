import { createServer } from "node:net";
import { create, toBinary } from "@bufbuild/protobuf";
import { Server, ServerCredentials, type ServerWritableStream } from "@grpc/grpc-js";
import { isSondeError } from "@sonde/core";
import { afterEach, describe, expect, test } from "vitest";
import { type BtrdbError, connect, maximumTime, minimumTime } from "../src/index.js";
import { InfoResponseSchema, StreamInfoResponseSchema } from "../src/proto/btrdb_pb.js";
import { startServer } from "../src/testing/index.js";
import { serviceDefinition } from "../src/testing/service.js";
import { writeRawValues } from "../src/wire/raw-points.js";
import { callsOf, key, levelId, origin, spoil, startPlant, streamId, wave } from "./support/plant.js";

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of open.splice(0)) await one.close();
});

async function plant(options: Parameters<typeof startPlant>[0] = {}, rows?: number) {
  const server = await startPlant({ arrow: false, ...options }, rows);
  open.push(server);
  return server;
}
async function client(endpoint: string, options: Parameters<typeof connect>[1] = {}) {
  const db = await connect(endpoint, { attempts: 3, ...options });
  open.push(db);
  return db;
}
const failure = (work: Promise<unknown>): Promise<BtrdbError & Record<string, unknown>> =>
  work.then(
    () => expect.fail("it resolved"),
    (error) => error,
  );

describe("connecting", () => {
  test("rejects a wrong key as auth, without showing it", async () => {
    const { endpoint } = await plant({ apiKey: key });
    const error = await failure(connect(endpoint, { apiKey: "wrong-key-99", allowPlaintextApiKey: true }));
    expect(error).toMatchObject({ code: "auth", grpcStatus: 16 });
    expect(JSON.stringify(error) + error.message + error.stack).not.toContain("wrong-key-99");
  });

  test("refuses to send a key in plaintext unless allowed, before it connects", async () => {
    const server = await plant({ apiKey: key });
    const error = await failure(connect(server.endpoint, { apiKey: key }));
    expect(error.code).toBe("options");
    expect(error.message).toContain("allowPlaintextApiKey");
    expect(callsOf(server)).toBe(0);
  });

  test("rejects where no server is, soon and retryable", async () => {
    expect(await failure(connect("127.0.0.1:1"))).toMatchObject({ code: "connection", retryable: true, grpcStatus: 14 });
  });

  test("takes the first of several endpoints that answers", async () => {
    const { endpoint } = await plant();
    expect((await client(`127.0.0.1:1, ${endpoint}`)).endpoint).toBe(endpoint);
  });

  test("stops waiting for a silent server after the timeout", async () => {
    const silent = createServer(() => {});
    await new Promise<void>((resolve) => silent.listen(0, "127.0.0.1", () => resolve()));
    const { port } = silent.address() as { port: number };
    const started = performance.now();
    const error = await failure(connect(`127.0.0.1:${port}`, { timeout: "200ms" }));
    expect(error).toMatchObject({ code: "connection", retryable: true });
    expect(performance.now() - started).toBeLessThan(2000);
    silent.close();
  });

  test("speaks TLS with a server whose authority is given", async () => {
    const server = await plant({ tls: true, apiKey: key });
    const db = await client(`localhost:${server.port}`, { tls: true, ca: server.certificate, apiKey: key });
    expect((await db.info()).majorVersion).toBe(5);
  });

  test("says what to do about a certificate that does not fit", async () => {
    const server = await plant({ tls: true });
    const error = await failure(connect(`localhost:${server.port}`, { tls: true }));
    expect(error).toMatchObject({ code: "connection", retryable: false });
    expect(error.message).toContain("BTRDB_CA_BUNDLE");
  });

  test("refuses authorities that are none", async () => {
    expect(await failure(connect("localhost:4411", { ca: "/no/such/file.pem" }))).toMatchObject({ code: "options" });
  });

  test("rejects an aborted signal with its reason, and asks nobody", async () => {
    const server = await plant();
    const reason = new Error("changed my mind");
    expect(await failure(connect(server.endpoint, { signal: AbortSignal.abort(reason) }))).toBe(reason);
    expect(callsOf(server)).toBe(0);
  });
});

describe("reading", () => {
  const rows = 20_000;

  test("goes on behind the last point when the connection breaks, each point once", async () => {
    for (const arrow of [false, true]) {
      const server = await plant({ arrow });
      const stream = await (await client(server.endpoint)).streamFromUuid(streamId);
      spoil(server, arrow ? "ArrowRawValues" : "RawValues", "cut", { after: arrow ? 0 : 2, times: 2 });
      const table = await stream.values().table();
      expect(table.numRows).toBe(rows);
      const points = await stream.values().points().toArray();
      expect(points.map(({ time }) => time)).toEqual([...wave(rows).times]);
    }
  });

  test("counts points of one instant once where it breaks between them", async () => {
    const server = await plant();
    const uuid = server.create({ collection: "plant/twins", name: "twins" });
    server.insert(uuid, { times: new BigInt64Array(12_000).fill(origin), values: Float64Array.from({ length: 12_000 }, (_, row) => row) });
    const stream = await (await client(server.endpoint)).streamFromUuid(uuid);
    spoil(server, "RawValues", "cut", { after: 1, times: 1 });
    spoil(server, "RawValues", "cut", { after: 2, times: 1 });
    const points = await stream.values().points().toArray();
    expect(points.map(({ value }) => value)).toEqual(Array.from({ length: 12_000 }, (_, row) => row));
  });

  test("goes on with windows where the connection breaks", async () => {
    const server = await plant();
    const stream = await (await client(server.endpoint)).streamFromUuid(streamId);
    const whole = await stream.windows({ start: origin, span: "20s", width: "2ms" }).points().toArray();
    expect(whole.length).toBe(10_000);
    spoil(server, "Windows", "cut", { after: 1, times: 1 });
    expect(await stream.windows({ start: origin, span: "20s", width: "2ms" }).points().toArray()).toEqual(whole);
  });

  test("delivers what is complete and then says connection, when the server dies", async () => {
    const server = await plant({}, 300_000);
    const stream = await (await client(server.endpoint)).streamFromUuid(streamId);
    spoil(server, "RawValues", "kill", { after: 55 });
    let seen = 0;
    const error = await failure(
      (async () => {
        for await (const batch of stream.values()) seen += batch.numRows;
      })(),
    );
    expect(error).toMatchObject({ code: "connection", retryable: true });
    expect(seen).toBeGreaterThan(0);
    expect(seen % 5000).toBe(0);
  });

  test("sees a code inside an answer whose status is OK, in a later message too", async () => {
    const server = await plant();
    const stream = await (await client(server.endpoint)).streamFromUuid(streamId);
    spoil(server, "RawValues", { status: 437, message: "no" }, { after: 2, times: 1 });
    let seen = 0;
    const error = await failure(
      (async () => {
        for await (const batch of stream.values()) seen += batch.numRows;
      })(),
    );
    expect(error).toMatchObject({ code: "auth", serverCode: 437 });
    expect(seen).toBe(10_000);
  });

  test("reads a code out of the details of a status, as proxies send it", async () => {
    const server = await plant();
    const stream = await (await client(server.endpoint)).streamFromUuid(streamId);
    spoil(server, "RawValues", { grpc: 2, message: "[404] stream does not exist" }, { times: 1 });
    expect(await failure(stream.values().table())).toMatchObject({ code: "not-found", serverCode: 404, id: streamId });
  });

  test("tries again what the server says will pass, and nothing else", async () => {
    const server = await plant();
    const stream = await (await client(server.endpoint)).streamFromUuid(streamId);
    spoil(server, "StreamInfo", { status: 419 }, { times: 2 });
    await stream.refresh();
    const before = server.calls.get("StreamInfo") ?? 0;
    spoil(server, "StreamInfo", { status: 404 }, { times: 1 });
    expect(await failure(stream.refresh())).toMatchObject({ code: "not-found", serverCode: 404 });
    expect(server.calls.get("StreamInfo")).toBe(before + 1);
  });

  test("rejects a message cut short as format, with the stream's id", async () => {
    const server = await plant();
    const stream = await (await client(server.endpoint)).streamFromUuid(streamId);
    spoil(server, "RawValues", "truncate", { times: 1 });
    expect(await failure(stream.values().table())).toMatchObject({ code: "format", key: streamId });
    spoil(server, "StreamInfo", "truncate", { times: 1 });
    expect(await failure(stream.refresh())).toMatchObject({ code: "format" });
  });

  test("refuses points out of order, within a message and from one to the next, after what came before", async () => {
    const grpc = new Server();
    let answers: readonly (readonly bigint[])[] = [];
    const descriptor = { uuid: new Uint8Array(16), collection: "c" };
    grpc.addService(serviceDefinition(), {
      Info: (_: unknown, reply: (error: null, bytes: Uint8Array) => void) =>
        reply(null, toBinary(InfoResponseSchema, create(InfoResponseSchema, { majorVersion: 5 }))),
      StreamInfo: (_: unknown, reply: (error: null, bytes: Uint8Array) => void) =>
        reply(null, toBinary(StreamInfoResponseSchema, create(StreamInfoResponseSchema, { descriptor, versionMajor: 11n }))),
      RawValues: (call: ServerWritableStream<Buffer, Uint8Array>) => {
        for (const times of answers) {
          const columns = { times: BigInt64Array.from(times), values: new Float64Array(times.length) };
          call.write(writeRawValues({ versionMajor: 11n, versionMinor: 0n, ...columns }));
        }
        call.end();
      },
    });
    const port = await new Promise<number>((resolve) =>
      grpc.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (_, bound) => resolve(bound)),
    );
    const stream = await (await client(`127.0.0.1:${port}`)).streamFromUuid(streamId);
    for (const order of [
      [[1n, 2n], [1n]],
      [
        [1n, 2n],
        [4n, 3n],
      ],
    ]) {
      answers = order;
      let seen = 0;
      const reading = (async () => {
        for await (const batch of stream.values()) seen += batch.numRows;
      })();
      expect(await failure(reading)).toMatchObject({ code: "format", key: streamId });
      expect(seen).toBe(2);
    }
    grpc.forceShutdown();
  });

  test("ends a stream that says nothing any more", async () => {
    const server = await plant();
    const stream = await (await client(server.endpoint, { timeout: "100ms" })).streamFromUuid(streamId);
    const heal = server.fault({ method: "RawValues", delay: 1000 });
    expect(await failure(stream.values().table())).toMatchObject({ code: "connection", retryable: true });
    heal();
  });

  test("aborts with the reason, within 50 ms, and resets the stream", async () => {
    const server = await plant();
    const stream = await (await client(server.endpoint)).streamFromUuid(streamId);
    const heal = server.fault({ method: "RawValues", delay: 5000 });
    const controller = new AbortController();
    const reason = { why: "tired" };
    const pending = failure(stream.values({ signal: controller.signal }).table());
    await new Promise((resolve) => setTimeout(resolve, 50));
    const started = performance.now();
    controller.abort(reason);
    expect(await pending).toBe(reason);
    expect(performance.now() - started).toBeLessThan(50);
    heal();
  });

  test("rejects closed once the connection is closed, while reading too", async () => {
    const server = await plant();
    const db = await client(server.endpoint);
    const stream = await db.streamFromUuid(streamId);
    const iterator = stream.values()[Symbol.asyncIterator]();
    const heal = server.fault({ method: "RawValues", delay: 2000 });
    const pending = failure(iterator.next());
    await db.close();
    await db.close();
    expect(await pending).toMatchObject({ code: "closed" });
    expect(await failure(db.info())).toMatchObject({ code: "closed" });
    heal();
  });

  test("leaves no call behind when it is left", async () => {
    const server = await plant({}, 60_000);
    const stream = await (await client(server.endpoint)).streamFromUuid(streamId);
    for (let time = 0; time < 50; time++) for await (const _ of stream.values()) break;
    expect((await stream.values({ start: origin, span: "1ms" }).table()).numRows).toBe(1);
  });
});

describe("bounds", () => {
  test("refuses what passes BTrDB's clock, and takes all of it", async () => {
    const server = await plant();
    const stream = await (await client(server.endpoint)).streamFromUuid(levelId);
    expect(() => stream.values({ start: minimumTime - 1n })).toThrow(/clock/);
    expect(() => stream.values({ end: maximumTime + 1n })).toThrow(/clock/);
    expect(() => stream.values({ start: 5n, end: 4n })).toThrow(/after its end/);
    expect((await stream.values({ start: minimumTime, end: maximumTime }).table()).numRows).toBe(3);
    expect((await stream.values({ start: 5n, end: 5n }).table()).numRows).toBe(0);
  });

  test("refuses a plain number as a time, and says what to write", async () => {
    const server = await plant();
    const stream = await (await client(server.endpoint)).streamFromUuid(levelId);
    // @ts-expect-error numbers lose nanoseconds
    expect(() => stream.values({ start: 1500000000 })).toThrow(/1500000000000000000n|ambiguous/);
  });

  test("stores points at the first and the last instant", async () => {
    const server = await plant();
    const stream = await (await client(server.endpoint)).streamFromUuid(levelId);
    await stream.insert([
      [minimumTime, 1],
      [maximumTime - 1n, 2],
    ]);
    expect((await stream.earliest())?.time).toBe(minimumTime);
    expect((await stream.latest())?.time).toBe(maximumTime - 1n);
    expect(await stream.count()).toBe(5);
  });
});

test("lists 10 000 streams", async () => {
  const server = await startServer({ arrow: false });
  open.push(server);
  for (let index = 0; index < 10_000; index++) server.create({ collection: `farm/${index % 100}`, name: `turbine${index}` });
  const db = await client(server.endpoint);
  const set = await db.streamsInCollection("farm");
  expect(set.length).toBe(10_000);
  expect((await db.listCollections("farm")).length).toBe(100);
  expect((await db.listUniqueNames("farm/7")).length).toBe(1100);
  expect(isSondeError(await failure(db.streamFromUuid(crypto.randomUUID())), "not-found")).toBe(true);
});
