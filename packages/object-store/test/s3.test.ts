import { inspect } from "node:util";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { s3 } from "../src/index.js";
import { startS3 } from "../src/testing/index.js";
import { keysOf } from "./behaviour.js";
import { bucketOf, bytesOf, refusal, server, textOf } from "./fixture.js";

const ten = bytesOf("0123456789");

describe("a busy or broken server", () => {
  test("is asked again on 503 and SlowDown, with a wait that it may set itself, and told as retries", async () => {
    const store = await server();
    store.put("bucket", "key", ten);
    store.inject({ kind: "status", status: 503, code: "SlowDown", times: 2 });
    const retries: string[] = [];
    const bucket = bucketOf(store, { observe: ({ kind, target }) => kind === "retry" && retries.push(target) });
    expect(textOf((await bucket.get("key")).bytes)).toBe("0123456789");
    expect(retries).toEqual(["s3://bucket/key", "s3://bucket/key"]);
    expect(store.requests.length).toBe(3);
  });

  test.each([
    [500, "InternalError", "connection", 4],
    [503, "SlowDown", "connection", 4],
    [503, "", "connection", 4],
    [429, "SlowDown", "connection", 4],
    [400, "RequestTimeout", "connection", 4],
    [403, "AccessDenied", "auth", 1],
    [401, "", "auth", 1],
    [404, "NoSuchKey", "not-found", 1],
    [404, "NoSuchBucket", "not-found", 1],
    [409, "OperationAborted", "connection", 1],
    [400, "InvalidRequest", "connection", 1],
    [501, "NotImplemented", "connection", 1],
    [301, "PermanentRedirect", "connection", 1],
    [304, "", "connection", 1],
  ])("%i %s is a typed error with the key, asked %s: %i times", async (status, code, ours, times) => {
    const store = await server();
    store.inject({ kind: "status", status, code });
    const bucket = bucketOf(store);
    for (const work of [
      () => bucket.get("a+b/ü"),
      () => bucket.put("a+b/ü", ten),
      () => bucket.source("a+b/ü").read({ start: 0, end: 2 }, { signal: new AbortController().signal }),
    ]) {
      const before = store.requests.length;
      const error = await refusal(work());
      expect(error).toMatchObject({ code: ours, message: expect.stringContaining("s3://bucket/a+b/ü answered") });
      if (code !== "") expect(error.message).toContain(code);
      expect(store.requests.length - before).toBe(times);
    }
    const head = await refusal(bucket.head("a+b/ü"));
    expect(head.message).toContain(`s3://bucket/a+b/ü answered ${status}`);
    expect(await refusal(keysOf(bucket, { prefix: "a+b/" }))).toMatchObject({
      code: ours,
      message: expect.stringContaining("s3://bucket/a+b/"),
    });
  });

  test("is given up at once when it wants more patience than there is", async () => {
    const store = await server();
    store.inject({ kind: "status", status: 503, code: "SlowDown", headers: { "retry-after": "3600" } });
    expect(await refusal(bucketOf(store).get("key"))).toMatchObject({ code: "connection", retryable: true });
    expect(store.requests.length).toBe(1);
  });

  test("in a storm of 503s, 200 objects all come or fail typed, and none is wrong", async () => {
    const store = await server();
    for (let index = 0; index < 200; index++) store.put("bucket", String(index), `bytes ${index}`);
    let turn = 0;
    store.inject({ kind: "status", status: 503, code: "SlowDown", when: () => turn++ % 3 !== 0 });
    const bucket = bucketOf(store);
    const outcomes = await Promise.all(
      Array.from({ length: 200 }, async (_, index) => {
        try {
          expect(textOf((await bucket.get(String(index))).bytes)).toBe(`bytes ${index}`);
          return "read";
        } catch (error) {
          expect(await refusal(Promise.reject(error))).toMatchObject({ code: "connection", status: 503, retryable: true });
          return "busy";
        }
      }),
    );
    expect(outcomes).toContain("read");
  });

  test("that is cut off at the Nth request, whichever, ends in the whole result or in a typed error", async () => {
    const store = await server();
    for (let index = 0; index < 7; index++) store.put("bucket", `key-${index}`, `bytes ${index}`);
    const bucket = bucketOf(store, { pageSize: 2, attempts: 1 });
    const everything = async () => {
      const read: string[] = [];
      for await (const { key } of bucket.list()) read.push(textOf((await bucket.get(key)).bytes));
      return read;
    };
    const whole = await everything();
    const kinds = ["reset", "short-body", "short-answer", "ignore-range", "shifted-range"] as const;
    let runs = 0;
    for (const kind of kinds) {
      for (let from = 1; from <= 11; from++) {
        store.heal();
        store.inject({ kind, from, times: 1 });
        const outcome = await everything().catch((error: unknown) => refusal(Promise.reject(error)));
        if (outcome instanceof Error) expect(["connection", "format"]).toContain(outcome.code);
        else expect(outcome).toEqual(whole);
        runs += 1;
      }
    }
    console.log(`${runs} runs that failed at one request ended whole or typed`);
  });
});

describe("an answer that lies", () => {
  test("a 200 to a range is noticed", async () => {
    const store = await server();
    store.put("bucket", "key", ten);
    store.inject({ kind: "ignore-range" });
    expect(await refusal(bucketOf(store).get("key", { range: { start: 2, end: 4 } }))).toMatchObject({
      code: "connection",
      status: 200,
      retryable: false,
      message: expect.stringContaining("s3://bucket/key answered the whole object where bytes=2-3"),
    });
  });

  test("another range than the one asked for is noticed", async () => {
    const store = await server();
    store.put("bucket", "key", ten);
    store.inject({ kind: "shifted-range" });
    expect(await refusal(bucketOf(store).get("key", { range: { start: 2, end: 4 } }))).toMatchObject({
      code: "connection",
      status: 206,
      retryable: false,
    });
  });

  test("a short body is asked for again, and never given out", async () => {
    const store = await server();
    store.put("bucket", "key", ten);
    for (const kind of ["short-body", "short-answer"] as const) {
      store.heal();
      store.inject({ kind, times: 1 });
      expect(textOf((await bucketOf(store).get("key")).bytes)).toBe("0123456789");
      store.inject({ kind });
      expect(await refusal(bucketOf(store).get("key"))).toMatchObject({ code: "connection", retryable: true });
    }
  });

  test("a changed ETag is noticed, by the server and by its answer", async () => {
    const store = await server();
    const etag = store.put("bucket", "key", ten);
    store.inject({ kind: "changed-etag" });
    expect(await refusal(bucketOf(store).get("key", { ifMatch: etag }))).toMatchObject({
      code: "connection",
      status: 412,
      retryable: false,
    });
    expect(await refusal(bucketOf(store).get("key", { ifMatch: `W/${etag}` }))).toMatchObject({ code: "connection", retryable: false });
    const source = bucketOf(store).source("key");
    const { signal } = new AbortController();
    await source.read({ start: 0, end: 2 }, { signal });
    expect(await refusal(source.read({ start: 2, end: 4 }, { signal }))).toMatchObject({
      message: expect.stringContaining("s3://bucket/key changed"),
    });
  });

  test.each([
    ["goes round in circles", ["a", "b"], ["x", "y"], "lists a after b"],
    ["repeats a page", ["a", "a"], ["x", "x"], "again and again"],
    ["goes backwards", ["b", "a"], ["x", "y"], "lists a after b"],
    ["leaves its prefix", ["a", "c"], ["x", "y"], "lists c"],
  ])("a listing that %s ends in an error", async (_, keys, tokens, problem) => {
    let turn = 0;
    const fetch = async () => {
      const [key, token] = [keys[turn % 2], tokens[turn++ % 2]];
      const more = `<IsTruncated>true</IsTruncated><NextContinuationToken>${token}</NextContinuationToken>`;
      return new Response(`<ListBucketResult>${more}<Contents><Key>${key}</Key><Size>1</Size></Contents></ListBucketResult>`);
    };
    const bucket = s3({ bucket: "b", endpoint: "http://127.0.0.1:1", region: "r", anonymous: true, fetch });
    const prefix = problem === "lists c" ? "a" : "";
    expect(await refusal(keysOf(bucket, { prefix }))).toMatchObject({ code: "connection", message: expect.stringContaining(problem) });
  });
});

describe("waiting", () => {
  test.each(["latency", "slow-body", "silence"] as const)("an abort ends a %s within 50 ms, with its reason", async (kind) => {
    const store = await server();
    store.put("bucket", "key", ten);
    store.inject({ kind, milliseconds: 5000 });
    const bucket = bucketOf(store);
    const calls: ((signal: AbortSignal) => Promise<unknown>)[] = [
      (signal) => bucket.get("key", { signal }),
      (signal) => keysOf(bucket, { signal }),
      (signal) => bucket.source("key").read({ start: 0, end: 2 }, { signal }),
    ];
    if (kind !== "slow-body")
      calls.push(
        (signal) => bucket.put("key", ten, { signal }),
        (signal) => bucket.source("key").size({ signal }),
      );
    for (const call of calls) {
      const controller = new AbortController();
      const outcome = call(controller.signal).catch((error: unknown) => error);
      await new Promise((resolve) => setTimeout(resolve, 60));
      const reason = new Error("enough");
      const aborted = performance.now();
      controller.abort(reason);
      expect(await outcome).toBe(reason);
      expect(performance.now() - aborted).toBeLessThan(50);
    }
  });

  test("an abort ends the wait between two attempts", async () => {
    const store = await server();
    store.inject({ kind: "status", status: 503, code: "SlowDown" });
    const controller = new AbortController();
    const outcome = bucketOf(store, { baseDelay: "20s" })
      .get("key", { signal: controller.signal })
      .catch((error: unknown) => error);
    await new Promise((resolve) => setTimeout(resolve, 50));
    const reason = new Error("enough");
    controller.abort(reason);
    expect(await outcome).toBe(reason);
  });

  test("one reader of a source may leave without failing the other", async () => {
    const store = await server();
    store.put("bucket", "key", ten);
    store.inject({ kind: "latency", milliseconds: 80 });
    const source = bucketOf(store).source("key");
    const leaving = new AbortController();
    const first = source.size({ signal: leaving.signal }).catch((error: unknown) => error);
    const second = source.size({ signal: new AbortController().signal });
    await new Promise((resolve) => setTimeout(resolve, 20));
    leaving.abort("gone");
    expect(await first).toBe("gone");
    expect(await second).toBe(10);
    expect(store.requests.length).toBe(1);
  });

  test("a silent server ends after idleTimeout", async () => {
    const store = await server();
    store.inject({ kind: "silence" });
    const error = await refusal(bucketOf(store, { idleTimeout: "30ms", attempts: 2 }).get("key"));
    expect(error).toMatchObject({ code: "connection", retryable: true, message: expect.stringContaining("silent for 30 ms") });
    expect(store.requests.length).toBe(2);
  });
});

describe("listings", () => {
  test("ask for a page when the loop comes to it, and for no more when it is left", async () => {
    const store = await server();
    for (let index = 0; index < 100; index++) store.put("bucket", String(index).padStart(3, "0"), "x");
    const bucket = bucketOf(store, { pageSize: 10 });
    const seen: string[] = [];
    for await (const { key } of bucket.list()) {
      seen.push(key);
      if (seen.length === 15) break;
    }
    expect(store.requests.length).toBe(2);
    expect(await keysOf(bucket, { startAfter: seen.at(-1) })).toHaveLength(85);
  });

  test("of 100 000 objects come in bounded memory", async () => {
    const store = await server();
    for (let index = 0; index < 100_000; index++)
      store.put("bucket", `topics/example/part+0+${String(index).padStart(10, "0")}.parquet`, "");
    const before = process.memoryUsage().heapUsed;
    let entries = 0;
    let most = 0;
    let last = "";
    const started = performance.now();
    for await (const { key } of bucketOf(store).list()) {
      if (key <= last) throw new Error(`${key} after ${last}`);
      last = key;
      if (entries++ % 5000 === 0) most = Math.max(most, process.memoryUsage().heapUsed);
    }
    console.log(
      `100000 objects in ${Math.round(performance.now() - started)} ms, the heap grew by at most ${Math.round((most - before) / 2 ** 20)} MiB`,
    );
    expect(entries).toBe(100_000);
    expect(store.requests.length).toBe(100);
    expect(most - before).toBeLessThan(200 * 2 ** 20);
  });
});

describe("keys", () => {
  test("of any characters are signed, sent and listed as they are", async () => {
    const store = await server();
    const bucket = bucketOf(store, { bucket: "any" });
    const segment = fc.string({ unit: "binary", minLength: 1, maxLength: 6 }).filter((text) => text !== "." && text !== "..");
    const key = fc.array(fc.oneof(segment, fc.string({ unit: "grapheme", minLength: 1, maxLength: 6 }), fc.constant("")), {
      minLength: 1,
      maxLength: 4,
    });
    let keys = 0;
    await fc.assert(
      fc.asyncProperty(
        key
          .map((segments) => segments.join("/"))
          .filter((text) => text !== "" && !text.split("/").some((part) => part === "." || part === "..")),
        async (text) => {
          store.put("any", text, text);
          expect(textOf((await bucket.get(text)).bytes)).toBe(text);
          expect(await keysOf(bucket, { prefix: text })).toEqual([text]);
          store.delete("any", text);
          keys += 1;
        },
      ),
      { numRuns: 500 },
    );
    console.log(`${keys} random keys came back`);
  });

  test("that a URL would resolve into another bucket are refused before anything is asked", async () => {
    const store = await server();
    for (const key of ["../other/secret", "a/../../other", "./a", "a/.", ""]) {
      expect(await refusal(bucketOf(store).get(key))).toMatchObject({
        code: "options",
        message: expect.stringContaining(JSON.stringify(key)),
      });
      expect((await refusal(bucketOf(store).head(key))).code).toBe("options");
      expect((await refusal(bucketOf(store).put(key, ten))).code).toBe("options");
    }
    expect(store.requests).toEqual([]);
  });
});

describe("access", () => {
  test("without credentials to a public bucket", async () => {
    const store = await startS3({ public: ["bucket"] });
    store.put("bucket", "key", ten);
    const bucket = s3({ bucket: "bucket", endpoint: store.endpoint, region: "us-east-1", anonymous: true });
    expect(textOf((await bucket.get("key", { range: { last: 2 } })).bytes)).toBe("89");
    expect(await keysOf(bucket)).toEqual(["key"]);
    expect((await refusal(bucket.put("key", ten))).code).toBe("auth");
    await store.close();
  });

  test("asks a function for credentials once, and again when the server says that they have expired", async () => {
    const store = await server({ credentials: { accessKeyId: "ONE", secretAccessKey: "s1", sessionToken: "t1" } });
    store.put("bucket", "key", ten);
    let asked = 0;
    const bucket = bucketOf(store, {
      credentials: async () => {
        asked += 1;
        return { ...store.credentials };
      },
    });
    await Promise.all([bucket.get("key"), bucket.get("key"), bucket.head("key")]);
    expect(asked).toBe(1);
    store.credentials = { accessKeyId: "ONE", secretAccessKey: "s1", sessionToken: "t2" };
    expect(textOf((await bucket.get("key")).bytes)).toBe("0123456789");
    expect(asked).toBe(2);
    store.credentials = { accessKeyId: "ONE", secretAccessKey: "s1", sessionToken: "t3" };
    expect((await bucket.head("key")).size).toBe(10);
    expect(asked).toBe(3);
    const given = bucketOf(store);
    store.credentials = { accessKeyId: "ONE", secretAccessKey: "s1", sessionToken: "t4" };
    expect(await refusal(given.get("key"))).toMatchObject({ code: "auth", message: expect.stringContaining("have expired") });
  });

  test("asks for credentials a minute before they end", async () => {
    const store = await server();
    store.put("bucket", "key", ten);
    let asked = 0;
    const bucket = bucketOf(store, {
      credentials: async () => ({ ...store.credentials, expiration: new Date(Date.now() + (asked++ === 0 ? 30_000 : 3_600_000)) }),
    });
    for (let turn = 0; turn < 4; turn++) await bucket.get("key");
    expect(asked).toBe(2);
  });

  test("a clock that is off is named, with by how much", async () => {
    for (const [minutes, side] of [
      [40, "behind"],
      [-40, "ahead of"],
    ] as const) {
      const store = await server({ now: () => Date.now() + minutes * 60_000 });
      for (const work of [bucketOf(store).get("key"), bucketOf(store).head("key")].map(refusal)) {
        expect(await work).toMatchObject({
          code: "auth",
          message: expect.stringContaining(`this machine's clock is 40 minutes ${side} the server's`),
        });
      }
    }
  });

  test("a bucket in another region is named with its region", async () => {
    const store = await server({ region: "eu-central-1" });
    const bucket = bucketOf(store, { region: "us-east-1" });
    for (const work of [bucket.get("key"), bucket.head("key"), keysOf(bucket)].map(refusal)) {
      expect(await work).toMatchObject({
        code: "connection",
        retryable: false,
        message: expect.stringContaining('pass region "eu-central-1"'),
      });
    }
  });

  test("no error shows a secret, whatever the server repeats", async () => {
    const secrets = ["SECRET+KEY/x", "SESSION+TOKEN/y=="];
    const credentials = { accessKeyId: "AKID", secretAccessKey: "SECRET+KEY/x", sessionToken: "SESSION+TOKEN/y==" };
    const echo = async (_: string, init: RequestInit) => {
      const sent = JSON.stringify([...new Headers(init.headers)]);
      const xml = `<Error><Code>${secrets[1]}</Code><Message>${sent.replaceAll("&", "&amp;").replaceAll("<", "&lt;")}</Message></Error>`;
      return new Response(xml, { status: 403, headers: { "x-amz-bucket-region": "SESSION+TOKEN/y==" } });
    };
    const told: string[] = [];
    for (const [endpoint, fetch] of [
      ["http://127.0.0.1:1/", echo],
      ["http://127.0.0.1:1/", undefined],
    ] as const) {
      const bucket = s3({ bucket: "b", endpoint, region: "us-east-1", credentials, fetch, attempts: 1 });
      for (const work of [bucket.get("k"), bucket.put("k", ten), keysOf(bucket), bucket.head("k")].map(refusal)) {
        const error = await work;
        told.push(error.stack + JSON.stringify(error) + inspect(error, { depth: 20 }));
      }
    }
    const bad = s3({
      bucket: "b",
      endpoint: "http://127.0.0.1:1",
      region: "r",
      credentials: { ...credentials, sessionToken: "SESSION+TOKEN/y==\n" },
    });
    const error = await refusal(bad.get("k"));
    expect(error.code).toBe("options");
    told.push(error.stack + JSON.stringify(error) + inspect(error, { depth: 20 }));
    for (const text of told) for (const secret of secrets) expect(text).not.toContain(secret);
    expect(told).toHaveLength(9);
  });
});
