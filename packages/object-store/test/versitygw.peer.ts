import { type ChildProcess, spawn } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { s3 } from "../src/index.js";
import { behaves, byBytes, entriesOf, keysOf } from "./behaviour.js";
import { bytesOf, folderKeys, refusal, textOf } from "./fixture.js";

const binary = process.env.SONDE_VERSITYGW;
const keys = { accessKeyId: "sonde-test", secretAccessKey: "se/cr+et=" };

if (binary === undefined) {
  test("needs versitygw", () => {
    console.warn("SONDE_VERSITYGW names no binary: nothing was compared with a real S3 server");
  });
} else {
  let folder = "";
  let endpoint = "";
  let gateway: ChildProcess | undefined;
  let count = 0;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "sonde-versitygw-"));
    await mkdir(join(folder, "root"));
    await mkdir(join(folder, "iam"));
    const port = await freePort();
    endpoint = `http://127.0.0.1:${port}`;
    gateway = spawn(binary, ["--port", `127.0.0.1:${port}`, "--iam-dir", join(folder, "iam"), "posix", join(folder, "root")], {
      env: { PATH: process.env.PATH, ROOT_ACCESS_KEY: keys.accessKeyId, ROOT_SECRET_KEY: keys.secretAccessKey },
      stdio: "ignore",
    });
    for (let attempt = 0; ; attempt++) {
      const answered = await fetch(endpoint).then(
        () => true,
        () => false,
      );
      if (answered) break;
      if (attempt === 100 || gateway.exitCode !== null) throw new Error(`${binary} does not start`);
      await wait(100);
    }
  });
  afterAll(async () => {
    gateway?.kill();
    await rm(folder, { recursive: true, force: true });
  });

  /** Folders directly below the root are its buckets. */
  const bucket = async (name: string, options: Partial<Parameters<typeof s3>[0]> = {}) => {
    await mkdir(join(folder, "root", name), { recursive: true });
    return s3({ bucket: name, endpoint, region: "us-east-1", credentials: keys, ...options });
  };

  behaves(
    "s3, against versitygw",
    async () => ({
      store: await bucket(`own-${count++}`),
      async filled(objects, pageSize) {
        const name = `filled-${count++}`;
        const store = await bucket(name, { pageSize });
        for (const [key, text] of objects) {
          await mkdir(dirname(join(folder, "root", name, key)), { recursive: true });
          await writeFile(join(folder, "root", name, key), text);
        }
        return store;
      },
    }),
    // versitygw 1.7.0 does not know `encoding-type`, and XML has no U+FFFF: it lists another character in its place.
    { keys: folderKeys.filter((key) => !key.includes("\uffff")), alphabet: ["a", "b", "+", "=", " ", "ü", ".a", "-", "0"], runs: 40 },
  );

  describe("versitygw", () => {
    test("refuses wrong credentials as auth", async () => {
      const store = await bucket("auth", { credentials: { ...keys, secretAccessKey: "wrong" } });
      expect(await refusal(store.get("x"))).toMatchObject({
        code: "auth",
        status: 403,
        message: expect.stringContaining("SignatureDoesNotMatch"),
      });
      const stranger = await bucket("auth", { credentials: { ...keys, accessKeyId: "nobody" } });
      expect(await refusal(stranger.get("x"))).toMatchObject({ code: "auth" });
      expect((await refusal((await bucket("auth", { anonymous: true })).get("x"))).code).toBe("auth");
    });

    test("names the bucket that is not there", async () => {
      const store = s3({ bucket: "not-there", endpoint, region: "us-east-1", credentials: keys });
      expect(await refusal(keysOf(store))).toMatchObject({ code: "not-found", message: expect.stringContaining("no bucket not-there") });
    });

    test("lists 3000 objects of a bucket with a dot, page by page, and goes on where a listing was left", async () => {
      const store = await bucket("efd-sandbox.data", { pageSize: 700 });
      await mkdir(join(folder, "root", "efd-sandbox.data", "topics", "a"), { recursive: true });
      const names = Array.from({ length: 3000 }, (_, index) => `topics/a/a+0+${String(index).padStart(10, "0")}.parquet`);
      for (const name of names) await writeFile(join(folder, "root", "efd-sandbox.data", name), "x");
      expect(await keysOf(store)).toEqual(names);
      expect(await keysOf(store, { startAfter: names[2989] ?? "" })).toEqual(names.slice(2990));
      expect(await entriesOf(store, { delimiter: "/" })).toEqual([{ kind: "prefix", key: "topics/" }]);
    });

    test("answers 200 ranges in parallel, each with its bytes", async () => {
      const store = await bucket("ranges");
      const text = Array.from({ length: 20_000 }, (_, index) => index % 10).join("");
      await store.put("digits", bytesOf(text));
      const source = store.source("digits");
      const { signal } = new AbortController();
      await Promise.all(
        Array.from({ length: 200 }, async (_, index) => {
          const range = { start: index * 97, end: index * 97 + 50 };
          expect(textOf(await source.read(range, { signal }))).toBe(text.slice(range.start, range.end));
        }),
      );
    });

    test("keeps the order of UTF-8", async () => {
      const store = await bucket("order");
      const names = ["\u{10ffff}", "\uffee", "z", "ü", "a/b", "a.b", "a-b"];
      for (const name of names) await store.put(name, bytesOf("x"));
      expect(await keysOf(store)).toEqual(names.sort(byBytes));
    });
  });
}

async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, "127.0.0.1", resolve));
  const address = probe.address();
  await new Promise((resolve) => probe.close(resolve));
  return typeof address === "object" && address ? address.port : 0;
}
