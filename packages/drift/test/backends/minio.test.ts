import { type S3Server, startS3 } from "@sonde/object-store/testing";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { minioPackages } from "../../src/backends/minio.js";
import { originOf } from "../../src/backends/origin.js";
import { all, deviceAt, freely, refusal } from "./support.js";

const { password, user } = deviceAt({});
const ID = 1_676_296_193_326;
const MS = 1_000_000n;
let server: S3Server;
beforeEach(async () => {
  server = await startS3({ buckets: ["data"], credentials: { accessKeyId: user, secretAccessKey: password } });
});
afterEach(() => server.close());
const call = freely();
const open = (more = {}) => minioPackages(deviceAt({ minio: Number(new URL(server.endpoint).port) }, more));
const put = (topic: string, id: number | string, size = 4) =>
  server.put("data", `${topic}/${id}.dp`, new Uint8Array(size).fill(Number(id) & 255));

describe("packages of MinIO", () => {
  test("says where it is, and refuses another password without showing either", async () => {
    expect(await open().info(call)).toEqual({ store: "s3://data" });
    const wrong = await refusal(open({ password: "hidden-word" }).info(call));
    expect(wrong.code).toBe("auth");
    expect(JSON.stringify([wrong, wrong.message, wrong.stack])).not.toContain("hidden-word");
    expect((await refusal(open({ user: "stranger" }).info(call))).code).toBe("auth");
    expect((await refusal(open({ bucket: "other" }).info(call))).code).toBe("not-found");
  });

  test("lists topics, and the ids of a range", async () => {
    for (let at = 0; at < 30; at++) put("acc-5", ID + at * 1000);
    put("camera", ID);
    put("acc-5", "notes");
    put("acc-51", ID);
    expect((await open().topics(call)).map(({ topic }) => topic)).toEqual(["acc-5", "acc-51", "camera"]);
    const start = BigInt(ID + 2000) * MS;
    const range = { start: start + 1n, end: start + 3000n * MS };
    expect((await all(open().keys("acc-5", { range }, call))).map(({ id }) => Number(id) - ID)).toEqual([3000, 4000]);
    expect(await all(open().keys("none", {}, call))).toEqual([]);
    expect(await all(open().keys("acc-5", { range: { start, end: start } }, call))).toEqual([]);
  });

  test("walks with bounded look-ahead, in order, over pages of the listing", async () => {
    for (let at = 0; at < 1500; at++) put("acc-5", ID + at);
    const walk = open().packages("acc-5", { concurrency: 4 }, call)[Symbol.asyncIterator]();
    await walk.next();
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(server.requests.filter(({ key }) => key !== "").length).toBeLessThanOrEqual(6);
    let next = await walk.next();
    let found = 2;
    for (; !next.done; next = await walk.next(), found++) expect(next.value).toMatchObject({ topic: "acc-5", id: BigInt(ID + found - 1) });
    expect(found - 1).toBe(1500);
  });

  test("delivers the others where one is gone, too large or hangs", async () => {
    for (let at = 0; at < 5; at++) put("acc-5", ID + at, at === 3 ? 5000 : 4);
    server.inject({ kind: "status", status: 404, code: "NoSuchKey", when: ({ key }) => key.endsWith(`${ID + 1}.dp`) });
    server.inject({ kind: "silence", when: ({ key }) => key.endsWith(`${ID + 2}.dp`) });
    const found = await all(open({ maxPackageBytes: 1000, timeout: 200_000_000n }).packages("acc-5", {}, call));
    expect(found.map((one) => ("error" in one ? (one.error as { code: string }).code : one.bytes.length))).toEqual([
      4,
      "not-found",
      "connection",
      "limit",
      4,
    ]);
  });

  test("ends a walk where the server is gone", async () => {
    put("acc-5", ID);
    const away = open({ attempts: 1 });
    await server.close();
    expect((await refusal(all(away.packages("acc-5", {}, call)))).code).toBe("connection");
    server = await startS3();
  });

  test("finds the latest of a long archive in few requests", async () => {
    for (let at = 0; at < 5000; at++) put("acc-5", ID + at * 997);
    const found = await open().latest("acc-5", call);
    expect(found?.id).toBe(BigInt(ID + 4999 * 997));
    expect(server.requests.length).toBeLessThan(60);
    expect(await open().latest("none", call)).toBeUndefined();
  });

  test("gets a package, and tells one that is not there", async () => {
    put("acc-5", ID);
    expect((await open().get({ topic: "acc-5", id: BigInt(ID) }, call)).length).toBe(4);
    expect((await refusal(open().get({ topic: "acc-5", id: 1n }, call))).code).toBe("not-found");
  });

  test("passes signal and observer on", async () => {
    put("acc-5", ID);
    const seen: string[] = [];
    const observe = ({ kind }: { readonly kind: string }) => seen.push(kind);
    await all(open().packages("acc-5", {}, freely({ observe })));
    expect(seen).toEqual(["request", "request"]);
    const reason = new Error("enough");
    const before = server.requests.length;
    for (const work of [
      open().info({ signal: AbortSignal.abort(reason) }),
      all(open().packages("acc-5", {}, { signal: AbortSignal.abort(reason) })),
    ]) {
      await expect(work).rejects.toBe(reason);
    }
    expect(server.requests.length).toBe(before);
  });

  test("takes names and addresses as hosts, and nothing that leads elsewhere", () => {
    expect(originOf({ host: "fe80::1", secure: true }, "http", 9000)).toBe("https://[fe80::1]:9000");
    expect(originOf({ host: "drift-dev2.local", secure: false }, "mqtt", 1883)).toBe("mqtt://drift-dev2.local:1883");
    for (const host of ["user:word@other", "other/path", "other?x", "a b", ""])
      expect(() => originOf({ host, secure: false }, "http", 1)).toThrow();
  });
});
