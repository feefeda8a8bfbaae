import { getEventListeners } from "node:events";
import { createServer } from "node:net";
import { inspect } from "node:util";
import { expect, test } from "vitest";
import {
  createLimiter,
  delay,
  httpUrl,
  type Observe,
  readBody,
  readJson,
  readText,
  request,
  retryAfterOf,
  statusError,
} from "../../src/bytes/index.js";
import { failureOf, live, millisecondsOf, pattern } from "../bytes/helpers.js";
import { serve } from "./local-server.js";

const limiter = () => createLimiter();

test("maps every status as its table says", async () => {
  const server = await serve((incoming, response) => void response.writeHead(Number(incoming.url?.slice(1))).end("body"));
  const table = {
    auth: [401, 403],
    "not-found": [404, 410],
    retryable: [408, 425, 429, 500, 502, 503, 504, 507, 599],
    final: [304, 400, 405, 406, 409, 411, 412, 413, 415, 416, 422, 428, 451, 501, 505],
  };
  for (const status of table.auth) expect(await failureOf(request(`${server.url}/${status}`, live), "auth")).toMatchObject({ status });
  for (const status of table["not-found"])
    expect(await failureOf(request(`${server.url}/${status}`, live), "not-found")).toMatchObject({ id: `${server.url}/${status}` });
  for (const [statuses, retryable] of [
    [table.retryable, true],
    [table.final, false],
  ] as const) {
    for (const status of statuses)
      expect(await failureOf(request(`${server.url}/${status}`, live), "connection")).toMatchObject({ status, retryable });
  }
});

test("takes a proxy's 407 as missing credentials, where fetch lets one see it", () => {
  expect(statusError({ status: 407, headers: new Headers() }, "http://proxy/")).toMatchObject({ code: "auth", status: 407 });
});

test("returns the statuses that are expected, and explains others by the server's own words", async () => {
  const server = await serve(
    (_incoming, response) => void response.writeHead(404, { "content-type": "application/json" }).end('{"detail":"no run\\u001b[31m 7"}'),
  );
  const response = await request(server.url, { ...live, expect: [404] });
  expect(response.status).toBe(404);
  await readBody(response, limiter(), live);
  const explain = (body: string) => JSON.parse(body).detail;
  expect((await failureOf(request(server.url, { ...live, explain }), "not-found")).message).toContain("(no run [31m 7)");
});

test("shows no secret in any error, wherever it was given", async () => {
  const server = await serve((_incoming, response) => void response.writeHead(403).end());
  const secret = "hunter2";
  const headers = { authorization: `Bearer ${secret}`, "x-api-key": secret };
  const target = new URL(`${server.url}/a?X-Amz-Signature=${secret}#${secret}`);
  const failures = [
    await failureOf(request(target, { ...live, headers }), "auth"),
    await failureOf(request(`http://127.0.0.1:1/a?token=${secret}`, { ...live, headers }), "connection"),
    await failureOf(request(`http://user:${secret}@127.0.0.1/`, live), "options"),
    await failureOf(request(`nonsense ${secret}`, live), "options"),
    await failureOf(request(`ftp://host/?${secret}`, live), "options"),
    await failureOf(request(server.url, { ...live, headers: { "x-api-key": `${secret}\nx` } }), "options"),
    await failureOf(request(server.url, { ...live, headers: { "bad name": secret } }), "options"),
  ];
  for (const failure of failures) expect(inspect(failure, { depth: 9 })).not.toContain(secret);
  expect(failures[0]).toMatchObject({ target: `${server.url}/a` });
  expect(httpUrl(target).search).toContain(secret);
});

test("tells a dead server as a retryable connection with its cause", async () => {
  const closed = createServer();
  const port = await new Promise<number>((resolve) =>
    closed.listen(0, "127.0.0.1", () => resolve((closed.address() as { port: number }).port)),
  );
  await new Promise((resolve) => closed.close(resolve));
  const error = await failureOf(request(`http://127.0.0.1:${port}/x`, live), "connection");
  expect(error).toMatchObject({ retryable: true, target: `http://127.0.0.1:${port}/x`, cause: expect.anything() });
  expect(error.message).toContain("ECONNREFUSED");
});

test("sends method, headers and body, and hands on the signal and a fetch of one's own", async () => {
  const server = await serve((incoming, response) => void incoming.pipe(response.writeHead(200)));
  let passed: RequestInit | undefined;
  const response = await request(server.url, {
    ...live,
    method: "POST",
    headers: { "x-a": "1" },
    body: "hello",
    fetch(url, init) {
      passed = init;
      return fetch(url, init);
    },
  });
  expect(await readText(response, limiter(), live)).toBe("hello");
  expect(server.requests).toMatchObject([{ method: "POST", headers: { "x-a": "1" } }]);
  expect(passed?.signal).toBeInstanceOf(AbortSignal);
});

test("makes no request for an aborted signal", async () => {
  const server = await serve((_incoming, response) => void response.end());
  await expect(request(server.url, { signal: AbortSignal.abort("no") })).rejects.toBe("no");
  expect(server.requests).toEqual([]);
});

test("lands an abort at once before the answer and in its body, and closes the connection", async () => {
  for (const silent of ["answer", "body"]) {
    const server = await serve((_incoming, response) => {
      if (silent === "body") response.writeHead(200, { "content-length": 100 }).write("begin");
    });
    const controller = new AbortController();
    const reason = new Error("user");
    const reading = request(server.url, controller).then((response) => readBody(response, limiter(), controller));
    reading.catch(() => {});
    await delay("60ms", live);
    controller.abort(reason);
    expect(await millisecondsOf(reading)).toBeLessThan(50);
    await expect(reading).rejects.toBe(reason);
    await delay("50ms", live);
    expect(server.unfinished.size, silent).toBe(0);
  }
});

test("ends with a silent server after idleTimeout, before the answer and in its body", async () => {
  for (const silent of ["answer", "body"]) {
    const server = await serve((_incoming, response) => {
      if (silent === "body") response.writeHead(200, { "content-length": 100 }).write("begin");
    });
    const reading = request(server.url, { ...live, idleTimeout: "60ms" }).then((response) => readBody(response, limiter(), live));
    const started = performance.now();
    const error = await failureOf(reading, "connection");
    expect(performance.now() - started).toBeLessThan(1000);
    expect(error).toMatchObject({ retryable: true, target: `${server.url}/` });
    expect(error.message).toContain("silent for 60 ms");
    await delay("50ms", live);
    expect(server.unfinished.size, silent).toBe(0);
  }
});

test("bears a slow server that is never silent for so long, and a slow consumer", async () => {
  const server = await serve((_incoming, response) => {
    let left = 6;
    const timer = setInterval(() => {
      response.write("x");
      if (--left === 0) {
        clearInterval(timer);
        response.end();
      }
    }, 30);
  });
  const response = await request(server.url, { ...live, idleTimeout: "120ms" });
  await delay("150ms", live);
  expect(await readText(response, limiter(), live)).toBe("xxxxxx");
});

test("gives up on a fetch that ignores its signal", async () => {
  const deaf = () => new Promise<Response>(() => {});
  const controller = new AbortController();
  const hanging = request("http://example.invalid/", { ...controller, signal: controller.signal, fetch: deaf });
  controller.abort("user");
  await expect(hanging).rejects.toBe("user");
  await failureOf(request("http://example.invalid/", { ...live, fetch: deaf, idleTimeout: 5_000_000n }), "connection");
});

test("tells a body that breaks off as a retryable connection", async () => {
  const server = await serve((_incoming, response) => {
    response.writeHead(200, { "content-length": 1000 }).write("begin");
    setTimeout(() => response.socket?.resetAndDestroy(), 10);
  });
  const reading = request(server.url, live).then((response) => readBody(response, limiter(), live));
  expect(await failureOf(reading, "connection")).toMatchObject({ retryable: true });
});

test("reads no more of a body than is allowed, declared or not", async () => {
  const content = pattern(200_000);
  for (const declared of [true, false]) {
    const server = await serve((_incoming, response) => {
      response.writeHead(200, declared ? { "content-length": content.length } : {});
      response.write(content.subarray(0, 150_000));
      response.end(content.subarray(150_000));
    });
    const small = await request(server.url, live);
    expect(await failureOf(readBody(small, createLimiter({ maxBytes: 100_000 }), { ...live, what: "page" }), "limit")).toMatchObject({
      what: "page",
      allowed: 100_000,
    });
    expect(await readBody(await request(server.url, live), createLimiter({ maxBytes: 200_000 }), live)).toEqual(content);
    const budget = createLimiter({ maxTotalBytes: 300_000 });
    await readBody(await request(server.url, live), budget, live);
    expect(await failureOf(readBody(await request(server.url, live), budget, live), "limit")).toMatchObject({ option: "maxTotalBytes" });
  }
});

test("takes an answer in another form than expected as damage, without showing it", async () => {
  const bodies = ['{"__proto__":{"a":1},"b":[1.5]}', "<html>hunter2</html>", Buffer.from([0x22, 0xff, 0x22])];
  const server = await serve((_incoming, response, index) => void response.end(bodies[index]));
  const read = async () => readJson(await request(server.url, live), limiter(), { ...live, what: "the list of runs" });
  const good = await read();
  expect(JSON.stringify(good)).toBe(bodies[0]);
  expect(good).not.toHaveProperty("a");
  for (const kind of ["JSON", "UTF-8"]) {
    const error = await failureOf(read(), "format");
    expect(error).toMatchObject({ key: "the list of runs" });
    expect(error.message).toContain(`is not ${kind}`);
    expect(inspect(error)).not.toContain("hunter2");
  }
});

test("frees the socket of a body that is cancelled", async () => {
  const server = await serve((_incoming, response) => void response.writeHead(200, { "content-length": 1e9 }).write(pattern(100_000)));
  const response = await request(server.url, live);
  const reader = response.body!.getReader();
  await reader.read();
  await reader.cancel();
  await delay("50ms", live);
  expect(server.unfinished.size).toBe(0);
});

test("takes no key along to another origin, and no redirect of a POST", async () => {
  const other = await serve((_incoming, response) => void response.end("there"));
  const server = await serve((incoming, response) => {
    if (incoming.url === "/loop") return void response.writeHead(302, { location: "/loop" }).end();
    if (incoming.url === "/near") return void response.writeHead(302, { location: "/far" }).end();
    response.writeHead(307, { location: `${other.url}/landed?signature=1` }).end();
  });
  const headers = { "x-api-key": "k", range: "bytes=0-9" };
  expect(await readText(await request(`${server.url}/near`, { ...live, headers }), limiter(), live)).toBe("there");
  expect(await readText(await request(`${server.url}/near`, { ...live, headers: { range: "bytes=0-9" } }), limiter(), live)).toBe("there");
  expect(server.requests.map(({ url, headers: sent }) => [url, sent["x-api-key"]])).toEqual([
    ["/near", "k"],
    ["/far", "k"],
    ["/near", undefined],
    ["/far", undefined],
  ]);
  for (const landed of other.requests) {
    expect(landed.headers).toMatchObject({ range: "bytes=0-9" });
    expect(landed.headers["x-api-key"]).toBeUndefined();
  }
  await failureOf(request(`${server.url}/loop`, { ...live, headers }), "connection");
  await failureOf(request(`${server.url}/loop`, live), "connection");
  expect(await failureOf(request(`${server.url}/far`, { ...live, method: "POST", body: "password" }), "connection")).toMatchObject({
    status: 307,
    retryable: false,
  });
  expect(other.requests).toHaveLength(2);
});

test("tells each request once, with its bytes, when its body ended or it failed", async () => {
  const server = await serve((incoming, response) => void response.writeHead(incoming.url === "/missing" ? 404 : 200).end("12345"));
  const events: Parameters<Observe>[0][] = [];
  const options = { ...live, observe: (event: Parameters<Observe>[0]) => void events.push(event) };
  const response = await request(`${server.url}/a?token=1`, options);
  expect(events).toEqual([]);
  await readBody(response, limiter(), live);
  await request(`${server.url}/missing`, options).catch(() => {});
  expect(events).toMatchObject([
    { kind: "request", target: `${server.url}/a`, bytes: 5 },
    { kind: "request", target: `${server.url}/missing` },
  ]);
  expect(events.every(({ milliseconds }) => milliseconds > 0)).toBe(true);
});

test("keeps Retry-After beside the error, in seconds or as a date", async () => {
  const values = ["7", "0", new Date(Date.now() + 60_000).toUTCString(), "soon", "-3"];
  const server = await serve((_incoming, response, index) => void response.writeHead(503, { "retry-after": values[index] ?? "" }).end());
  const waits: (bigint | undefined)[] = [];
  for (const _ of values) waits.push(retryAfterOf(await failureOf(request(server.url, live), "connection")));
  expect([waits[0], waits[1], waits[3]]).toEqual([7_000_000_000n, 0n, undefined]);
  expect(Number(waits[2]) / 1e9).toBeGreaterThan(55);
  expect(retryAfterOf("no error")).toBeUndefined();
});

test("leaves no timer behind, however a request ends", async () => {
  const timers = () => process.getActiveResourcesInfo().filter((name) => name === "Timeout").length;
  const before = timers();
  const controller = new AbortController();
  const instant = async () => new Response("body");
  await readText(await request("http://example.invalid/", { ...live, fetch: instant }), limiter(), live);
  await (await request("http://example.invalid/", { ...live, fetch: instant })).body!.cancel();
  await failureOf(request("http://example.invalid/", { ...live, fetch: () => Promise.reject(new TypeError("x")) }), "connection");
  await failureOf(request("http://example.invalid/", { ...live, fetch: async () => new Response("", { status: 500 }) }), "connection");
  const hanging = request("http://example.invalid/", { signal: controller.signal, fetch: () => new Promise(() => {}) });
  controller.abort("user");
  await expect(hanging).rejects.toBe("user");
  expect(timers()).toBe(before);
  expect(getEventListeners(live.signal, "abort")).toHaveLength(0);
});

test("says what to do where a browser hides a redirect", async () => {
  const hidden = async () => Object.defineProperty(Response.error(), "type", { value: "opaqueredirect" });
  const error = await failureOf(
    request("http://example.invalid/", { ...live, headers: { "x-api-key": "k" }, fetch: hidden }),
    "connection",
  );
  expect(error).toMatchObject({ retryable: false });
  expect(error.message).toContain("use the address that it redirects to");
});
