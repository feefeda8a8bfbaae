import type { IncomingMessage, ServerResponse } from "node:http";
import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { type ByteSource, delay, fromUrl, type UrlOptions } from "../../src/bytes/index.js";
import { serve, serveRange } from "../http/local-server.js";
import { expectBytes, failureOf, live, millisecondsOf, pattern, readAll } from "./helpers.js";

const content = pattern(200_000);
const HEAD = 65_536;

/** A source over a server that answers well until `fault` says otherwise; it is asked once for every request, from 0. */
async function over(
  fault: (index: number, request: IncomingMessage, response: ServerResponse) => unknown,
  options: UrlOptions = { attempts: 1 },
) {
  const server = await serve((request, response, index) => {
    if (!fault(index, request, response)) serveRange(content, request, response);
  });
  return { server, source: fromUrl(`${server.url}/run.h5?token=hunter2`, options) };
}
const part = (source: ByteSource, start = 100_000, end = 100_100) => source.read({ start, end }, live);

test("reads ranges exactly, the beginning with the very first request", async () => {
  const { server, source } = await over(() => false);
  expect(server.requests).toHaveLength(0);
  expect(await source.size(live)).toBe(content.length);
  expectBytes(await part(source, 0, 512), content.subarray(0, 512));
  expect(await part(source, 70_000, 70_000)).toHaveLength(0);
  expect(server.requests.map(({ headers }) => headers.range)).toEqual([`bytes=0-${HEAD - 1}`]);
  expectBytes(await part(source), content.subarray(100_000, 100_100));
  expectBytes(await readAll(source), content);
  expect(server.requests.every(({ method, headers }) => method === "GET" && headers["accept-encoding"] === "identity")).toBe(true);
  expect(server.requests[1]).toMatchObject({ url: "/run.h5?token=hunter2", headers: { range: "bytes=100000-100099", "if-match": '"v1"' } });
});

test("opens once for all who ask at the same time, and again after a failure", async () => {
  const { server, source } = await over((index, _request, response) => index === 0 && !!response.writeHead(400).end());
  const outcomes = await Promise.allSettled(Array.from({ length: 5 }, () => source.size(live)));
  expect(outcomes.every(({ status }) => status === "rejected")).toBe(true);
  expect(server.requests).toHaveLength(1);
  expect(await Promise.all(Array.from({ length: 5 }, () => source.size(live)))).toEqual(Array(5).fill(content.length));
  expect(server.requests).toHaveLength(2);
});

test("reads the empty object and a small one with one request each", async () => {
  for (const small of [new Uint8Array(), content.subarray(0, 777)]) {
    const server = await serve((request, response) => serveRange(small, request, response));
    const source = fromUrl(server.url);
    expect(await source.size(live)).toBe(small.length);
    expect(await readAll(source)).toEqual(small);
    expect(server.requests).toHaveLength(1);
  }
});

test("reads an object whole from a server that ignores ranges, unless it is too large", async () => {
  for (const declared of [true, false]) {
    const server = await serve(
      (_request, response) => void response.writeHead(200, declared ? { "content-length": content.length } : {}).end(content),
    );
    const source = fromUrl(server.url, { wholeBytes: content.length });
    expectBytes(await part(source), content.subarray(100_000, 100_100));
    expectBytes(await readAll(source), content);
    expect(server.requests).toHaveLength(1);
    const refused = await failureOf(fromUrl(server.url, { wholeBytes: content.length - 1 }).size(live), "limit");
    expect(refused).toMatchObject({ option: "wholeBytes", allowed: content.length - 1 });
    expect(refused.message).toContain("ignores ranges");
  }
});

test("refuses a 200 in the middle of reading, and closes its body", async () => {
  const { server, source } = await over(
    (index, _request, response) => index === 1 && !!response.writeHead(200, { etag: '"v1"', "content-length": 1e9 }).write("a"),
  );
  await source.size(live);
  expect(await failureOf(part(source), "connection")).toMatchObject({ status: 200, retryable: false });
  await delay("50ms", live);
  expect(server.unfinished.size).toBe(0);
});

test("refuses another range than it asked for, an unreadable one, or none", async () => {
  for (const header of [
    "bytes 100001-100100/200000",
    "bytes 100000-100098/200000",
    "bytes 100000-100100/200000",
    "items 1-2/3",
    "bytes 5-1/x",
    "bytes */200000",
    undefined,
  ]) {
    const lie = (_index: number, _request: IncomingMessage, response: ServerResponse) => {
      if (header !== undefined) response.setHeader("content-range", header);
      response.writeHead(206, { etag: '"v1"' }).end(content.subarray(100_000, 100_100));
      return true;
    };
    const { source } = await over((index, request, response) => index > 0 && lie(index, request, response));
    await source.size(live);
    expect(await failureOf(part(source), "connection"), header).toMatchObject({ status: 206, retryable: false });
    await failureOf((await over(lie)).source.size(live), "connection");
  }
});

test("notices a body that is shorter or longer than its range", async () => {
  for (const length of [0, 99, 101]) {
    const { source } = await over((index, _request, response) => {
      if (index === 0) return false;
      response
        .writeHead(206, { etag: '"v1"', "content-range": "bytes 100000-100099/200000" })
        .end(content.subarray(100_000, 100_000 + length));
      return true;
    });
    await source.size(live);
    expect(await failureOf(part(source), "connection")).toMatchObject({ retryable: length < 100 });
  }
});

test("notices that the object changed while it was read, by whatever the server tells", async () => {
  const honest = { "content-range": "bytes 100000-100099/200000" };
  const changes: readonly [first: Record<string, string>, then: Record<string, string>][] = [
    [{ etag: '"v1"' }, { etag: '"v2"' }],
    [{ etag: 'W/"v1"' }, { etag: 'W/"v2"' }],
    [{ "last-modified": "Sun, 01 Nov 2026 00:00:00 GMT" }, { "last-modified": "Mon, 02 Nov 2026 00:00:00 GMT" }],
    [{}, { "content-range": "bytes 100000-100099/200001" }],
  ];
  for (const [first, then] of changes) {
    const server = await serve((_request, response, index) => {
      if (index === 0) response.writeHead(206, { ...first, "content-range": `bytes 0-${HEAD - 1}/200000` }).end(content.subarray(0, HEAD));
      else response.writeHead(206, { ...honest, ...then }).end(content.subarray(100_000, 100_100));
    });
    const source = fromUrl(server.url, { attempts: 3, baseDelay: 1n });
    await source.size(live);
    const error = await failureOf(part(source), "connection");
    expect(error).toMatchObject({ retryable: false });
    expect(error.message).toContain("changed while it was read");
    expect(server.requests).toHaveLength(2);
    // A weak ETag is no condition: If-Match would never hold.
    expect(server.requests[1]?.headers["if-match"]).toBe(first.etag?.startsWith('"') ? first.etag : undefined);
  }
  let etag = '"v1"';
  const server = await serve((request, response) => serveRange(content, request, response, etag));
  const source = fromUrl(server.url);
  await source.size(live);
  etag = '"v2"';
  expect(await failureOf(part(source), "connection")).toMatchObject({ status: 412, retryable: false });
});

test("bears a changing Last-Modified under one ETag", async () => {
  const { source } = await over(
    (index, _request, response) => void response.setHeader("last-modified", new Date(index * 1e6).toUTCString()),
  );
  await source.size(live);
  expectBytes(await part(source), content.subarray(100_000, 100_100));
});

test("refuses a compressed answer", async () => {
  for (const from of [0, 1]) {
    const { source } = await over((index, _request, response) => {
      if (index < from) return false;
      response.writeHead(206, {
        etag: '"v1"',
        "content-encoding": "gzip",
        "content-range": from === 0 ? `bytes 0-${HEAD - 1}/200000` : "bytes 100000-100099/200000",
      });
      response.end(gzipSync(content.subarray(0, 100)));
      return true;
    });
    expect((await failureOf(part(source), "unsupported")).message).toContain("gzip");
  }
});

test("goes on after a reset, a cut and a busy server, as often as allowed", async () => {
  const faults = (index: number, _request: IncomingMessage, response: ServerResponse) => {
    if (index === 0 || index === 2) return !!response.writeHead(503).end();
    if (index === 3) return !!response.socket?.resetAndDestroy();
    if (index === 4) {
      response
        .writeHead(206, { etag: '"v1"', "content-range": "bytes 100000-100099/200000", "content-length": 100 })
        .write(content.subarray(0, 50));
      setTimeout(() => response.socket?.destroy(), 5);
      return true;
    }
    return false;
  };
  const { server, source } = await over(faults, { attempts: 4, baseDelay: "1ms" });
  expectBytes(await part(source), content.subarray(100_000, 100_100));
  expect(server.requests).toHaveLength(6);
  const impatient = (await over(faults, { attempts: 1 })).source;
  expect(await failureOf(part(impatient), "connection")).toMatchObject({ status: 503, retryable: true });
});

test("says missing and forbidden, and shows the query nowhere", async () => {
  for (const [status, code] of [
    [404, "not-found"],
    [403, "auth"],
  ] as const) {
    const { source, server } = await over((_index, _request, response) => !!response.writeHead(status).end());
    expect(source.name).toBe(`${server.url}/run.h5`);
    const error = await failureOf(source.size(live), code);
    expect(JSON.stringify(error) + error.message + error.stack).not.toContain("hunter2");
  }
});

test("aborts within 50 ms wherever the server hangs, without failing who shares the request", async () => {
  for (const hanging of [0, 1]) {
    const { server, source } = await over((index, _request, response) => {
      if (index !== hanging) return false;
      response.writeHead(206, {
        etag: '"v1"',
        "content-range": hanging === 0 ? `bytes 0-${HEAD - 1}/200000` : "bytes 100000-100099/200000",
      });
      return response.write("x");
    });
    const controller = new AbortController();
    const reading = source.read({ start: 100_000, end: 100_100 }, controller);
    reading.catch(() => {});
    await delay("60ms", live);
    controller.abort("user");
    expect(await millisecondsOf(reading)).toBeLessThan(50);
    await expect(reading).rejects.toBe("user");
    // The next call begins anew.
    expectBytes(await part(source), content.subarray(100_000, 100_100));
    await expect(source.read({ start: 0, end: 1 }, controller)).rejects.toBe("user");
    expect(server.requests.length).toBeGreaterThan(1);
  }
  const { source } = await over(() => false);
  const leaver = new AbortController();
  const [left, stayed] = [source.size(leaver), source.size(live)];
  leaver.abort("tired");
  await expect(left).rejects.toBe("tired");
  expect(await stayed).toBe(content.length);
});

test("ends what is under way with closed when it is closed, and leaves no connection with a request on it", async () => {
  const { server, source } = await over(
    (index, _request, response) =>
      index === 1 && !!response.writeHead(206, { etag: '"v1"', "content-range": "bytes 100000-100099/200000" }).write("x"),
  );
  const reading = part(source);
  reading.catch(() => {});
  await delay("60ms", live);
  await source.close();
  await source.close();
  await failureOf(reading, "closed");
  await failureOf(source.size(live), "closed");
  await failureOf(part(source), "closed");
  await delay("50ms", live);
  expect(server.unfinished.size).toBe(0);
});

test("ends a body that goes silent", async () => {
  const { source } = await over(
    (index, _request, response) =>
      index === 1 && !!response.writeHead(206, { etag: '"v1"', "content-range": "bytes 100000-100099/200000" }).write("x"),
    { attempts: 1, idleTimeout: "50ms" },
  );
  await source.size(live);
  expect((await failureOf(part(source), "connection")).message).toContain("silent");
});

test("survives a fault of any kind at any request: right bytes in the end or a typed error, and nothing left open", async () => {
  const faults: readonly ((response: ServerResponse) => unknown)[] = [
    (response) => response.writeHead(500).end(),
    (response) => response.socket?.resetAndDestroy(),
    (response) => response.writeHead(206, { "content-range": "bytes 0-" }).end(),
    (response) =>
      response.writeHead(206, { etag: '"v1"', "content-range": "bytes 100000-100099/200000" }).write("cut") && response.socket?.destroy(),
    (response) => response.writeHead(404).end(),
  ];
  const ranges = [
    [0, 10],
    [60_000, 70_000],
    [100_000, 100_100],
    [199_990, 200_000],
  ] as const;
  let cases = 0;
  for (const [kind, fault] of faults.entries()) {
    for (const forever of [false, true]) {
      for (let failAt = 0; ; failAt++) {
        let failures = 0;
        const fails = (index: number) => (forever ? index >= failAt : index === failAt) && ++failures > 0;
        const { server, source } = await over((index, _request, response) => fails(index) && [fault(response)], {
          attempts: 2,
          baseDelay: 1n,
        });
        const work = async () => {
          for (const [start, end] of ranges) expectBytes(await part(source, start, end), content.subarray(start, end));
        };
        const outcome = await work().catch((error: unknown) => error);
        if (failures === 0) break;
        cases += 1;
        if (forever || kind === 2 || kind === 4) expect(outcome).toHaveProperty("code");
        else expect(outcome).toBeUndefined();
        if (!forever) await work();
        await source.close();
        expect(server.unfinished.size).toBe(0);
        expect(failAt).toBeLessThan(20);
      }
    }
  }
  console.log(`fromUrl: ${cases} faults`);
});

test("tells each request and each retry", async () => {
  const events: string[] = [];
  const { source } = await over((index, _request, response) => index === 0 && !!response.writeHead(503).end(), {
    baseDelay: 1n,
    observe: ({ kind, target, bytes }) => events.push(`${kind} ${target.endsWith("/run.h5")} ${bytes}`),
  });
  await part(source);
  expect(events).toEqual(["request true 0", "retry true 0", `request true ${HEAD}`, "request true 100"]);
});
