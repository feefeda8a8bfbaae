import fc from "fast-check";
import { describe, expect, onTestFinished, test } from "vitest";
import { http } from "../src/index.js";
import { startS3 } from "../src/testing/index.js";
import { behaves, entriesOf, keysOf } from "./behaviour.js";
import { bytesOf, oddKeys, refusal, server, textOf, web } from "./fixture.js";

behaves(
  "http, by presigned URLs",
  async () => {
    const shared = await server();
    const other = await startS3();
    onTestFinished(() => other.close());
    const objects: string[] = [];
    let count = 0;
    const store = http({ url: (key, method) => shared.presign("bucket", key, method), baseDelay: "1ms" });
    return {
      store: {
        ...store,
        async put(key, bytes, options) {
          objects.push(key);
          return store.put(key, bytes, options);
        },
        list: (options) => http({ url: (key, method) => shared.presign("bucket", key, method), objects }).list(options),
      },
      async filled(found) {
        const bucket = `filled-${count++}`;
        for (const [key, text] of found) other.put(bucket, key, text);
        return http({ url: (key) => other.presign(bucket, key), objects: [...found.keys()] });
      },
    };
  },
  { keys: oddKeys, alphabet: ["a", "b", "+", "=", " ", "ü", "\u{10ffff}", "\uffee", "/", "0"], runs: 30, nests: true },
);

describe("http, a public folder", () => {
  test("reads what lies below the URL and shows its query in no error", async () => {
    const asked: (string | undefined)[] = [];
    const address = await web((message, response) => {
      asked.push(message.url);
      if (message.url?.startsWith("/archive/a%2Bb/x.bin")) response.end("0123456789");
      else response.writeHead(404).end();
    });
    const store = http({ url: `${address}/archive?token=SECRET` });
    expect(textOf((await store.get("a+b/x.bin")).bytes)).toBe("0123456789");
    expect(asked).toEqual(["/archive/a%2Bb/x.bin?token=SECRET"]);
    const error = await refusal(store.get("none"));
    expect(error).toMatchObject({ code: "not-found", id: `${address}/archive/none` });
    expect(JSON.stringify(error) + error.message + error.stack).not.toContain("SECRET");
    expect(store.name).toBe(`${address}/archive`);
  });

  test("takes a server without ranges for whole objects only", async () => {
    const address = await web((_, response) => response.end("0123456789"));
    const store = http({ url: address });
    expect((await store.head("x")).size).toBe(10);
    expect(textOf((await store.get("x", { range: { start: 0, end: 64 } })).bytes)).toBe("0123456789");
    expect(await refusal(store.get("x", { range: { start: 2, end: 4 } }))).toMatchObject({
      code: "connection",
      status: 200,
      retryable: false,
      message: expect.stringContaining("answered the whole object where bytes=2-3 was asked for"),
    });
  });

  test("refuses an encoded answer, of which no range can be cut", async () => {
    const address = await web((_, response) => {
      response.writeHead(200, { "content-encoding": "gzip" }).end("not gzip");
    });
    expect(await refusal(http({ url: address }).get("x"))).toMatchObject({ code: "unsupported" });
  });

  test("says that HTTP has no listings, unless it is told the objects", async () => {
    const address = await web((_, response) => response.end("12345"));
    expect(await refusal(keysOf(http({ url: address })))).toMatchObject({ code: "unsupported" });
    const store = http({ url: address, objects: ["b/2", { key: "a", size: 7, etag: '"1"' }, "b/1"] });
    expect(await entriesOf(store, { delimiter: "/" })).toEqual([
      { kind: "object", key: "a", size: 7, etag: '"1"' },
      { kind: "prefix", key: "b/" },
    ]);
    expect((await entriesOf(store, { prefix: "b/2" }))[0]).toMatchObject({ size: 5 });
  });

  test("refuses a part that does not say which part it is", async () => {
    const address = await web((_, response) => {
      response.writeHead(206, { "content-type": "multipart/byteranges; boundary=x" }).end("--x");
    });
    expect(await refusal(http({ url: address }).get("x", { range: { start: 0, end: 3 } }))).toMatchObject({
      code: "connection",
      status: 206,
      message: expect.stringContaining("Access-Control-Expose-Headers"),
    });
    expect((await refusal(http({ url: address }).head("x"))).code).toBe("connection");
  });

  test("whatever a server answers, gives the bytes of the range asked for or a typed error", async () => {
    const object = bytesOf("0123456789");
    const header = (value: fc.Arbitrary<string>) => fc.option(value, { nil: undefined });
    const small = fc.integer({ min: -1, max: 12 });
    const answer = fc.record({
      status: fc.constantFrom(200, 206, 206, 206, 416, 412),
      range: header(fc.tuple(small, small, fc.oneof(small, fc.constant("*"))).map(([a, b, size]) => `bytes ${a}-${b}/${size}`)),
      length: header(small.map(String)),
      body: fc.tuple(fc.nat(10), fc.nat(10)),
    });
    const asked = fc.oneof(
      fc.record({ start: fc.nat(9), length: fc.integer({ min: 1, max: 12 }) }).map(({ start, length }) => ({ start, end: start + length })),
      fc.record({ last: fc.integer({ min: 1, max: 12 }) }),
      fc.constant(undefined),
    );
    let given = 0;
    let refused = 0;
    await fc.assert(
      fc.asyncProperty(answer, asked, async ({ status, range: told, length, body }, range) => {
        const fetch = async () => {
          const headers = new Headers({ etag: '"1"' });
          if (told !== undefined) headers.set("content-range", told);
          if (length !== undefined) headers.set("content-length", length);
          return new Response(object.slice(...body), { status, headers });
        };
        try {
          const data = await http({ url: "http://127.0.0.1:1/", fetch, attempts: 1 }).get("x", { range });
          expect(data.bytes.length).toBe(data.range.end - data.range.start);
          expect(data.range.end).toBeLessThanOrEqual(data.size);
          if (range && "start" in range && data.size > 0 && status === 206) {
            expect(data.range).toEqual({ start: range.start, end: Math.min(range.end, data.size) });
          }
          if (range && "last" in range) expect(data.range).toEqual({ start: Math.max(0, data.size - range.last), end: data.size });
          given += 1;
        } catch (error) {
          expect(["connection", "format", "unsupported"]).toContain((await refusal(Promise.reject(error))).code);
          refused += 1;
        }
      }),
      { numRuns: 3000 },
    );
    console.log(`${given} answers were right, ${refused} were refused`);
  });

  test("refuses more than maxBytes before it is read", async () => {
    const address = await web((_, response) => response.end("0123456789"));
    expect(await refusal(http({ url: address, maxBytes: 9 }).get("x"))).toMatchObject({ code: "limit", asked: 10, allowed: 9 });
    await http({ url: address, maxBytes: 10 }).put("x", bytesOf("a"));
  });
});
