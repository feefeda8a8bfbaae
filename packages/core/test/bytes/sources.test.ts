import { execFileSync } from "node:child_process";
import { closeSync, fstatSync, openSync, readdirSync } from "node:fs";
import { mkdtemp, readFile, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, expectTypeOf, test } from "vitest";
import { type ByteSource, fromBlob, fromBytes, fromFile, openBytes } from "../../src/bytes/index.js";
import * as node from "../../src/platform/node.js";
import * as web from "../../src/platform/web.js";
import { expectBytes, failureOf, live, pattern, readAll } from "./helpers.js";

const content = pattern(300_000);
let folder = "";
let path = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "sonde-bytes-"));
  path = join(folder, "data.h5");
  await writeFile(path, content);
});
afterAll(() => rm(folder, { recursive: true }));

/** The lowest free descriptor, which a new file gets on every system: it grows with each that is left open. */
function lowestFree(): number {
  const descriptor = openSync(path, "r");
  closeSync(descriptor);
  return descriptor;
}

const kinds: readonly (readonly [kind: string, open: () => Promise<ByteSource>])[] = [
  ["bytes", async () => fromBytes(content)],
  ["an ArrayBuffer", async () => fromBytes(content.buffer)],
  ["a blob", async () => fromBlob(new Blob([content]))],
  ["a file", () => fromFile(path)],
];
describe.each(kinds)("%s", (_kind, open) => {
  test("gives exactly the range, many at a time", async () => {
    const source = await open();
    expect(await source.size(live)).toBe(content.length);
    const starts = Array.from({ length: 50 }, (_, index) => index * 5987);
    const parts = await Promise.all(starts.map((start) => source.read({ start, end: start + 4321 }, live)));
    for (const [index, part] of parts.entries()) expectBytes(part, content.subarray(starts[index], starts[index]! + 4321));
    expect(await source.read({ start: content.length, end: content.length }, live)).toHaveLength(0);
    expect((await readAll(source)).constructor).toBe(Uint8Array);
    await source.close();
  });

  test("takes a range that it can't have as damage, naming itself and the place", async () => {
    const source = await open();
    for (const [start, end] of [
      [0, 300_001],
      [299_999, 300_001],
      [2 ** 60, 2 ** 60 + 8],
      [-1, 4],
      [9, 3],
      [0, 0.5],
      [Number.NaN, 3],
      [0, Number.POSITIVE_INFINITY],
    ] as const) {
      const error = await failureOf(source.read({ start, end }, live), "format");
      expect(error.key).toBe(source.name);
      expect(error.message).toContain(source.name);
    }
    await source.close();
  });

  test("rejects with the user's reason before and while it reads", async () => {
    const source = await open();
    const reason = new Error("user");
    await expect(source.read({ start: 0, end: 9 }, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    await expect(source.size({ signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    const controller = new AbortController();
    const reading = source.read({ start: 0, end: content.length }, controller);
    controller.abort(reason);
    // Bytes in memory are there at once.
    if (source.name !== "bytes") await expect(reading).rejects.toBe(reason);
    expectBytes(await source.read({ start: 1, end: 3 }, live), content.subarray(1, 3));
    await source.close();
  });

  test("rejects with closed once closed, and closes twice", async () => {
    const source = await open();
    await source.close();
    await source.close();
    expect((await failureOf(source.read({ start: 0, end: 1 }, live), "closed")).id).toBe(source.name);
    await failureOf(source.size(live), "closed");
  });
});

test("tells a blob by its File's name", async () => {
  expect(fromBlob(new File(["x"], "run-7.h5")).name).toBe("run-7.h5");
  expect(fromBlob(new Blob(["x"]), "upload").name).toBe("upload");
});

test("holds one descriptor while a file is open and none after", async () => {
  const free = lowestFree();
  const source = await fromFile(path);
  expect(fstatSync(source.descriptor).size).toBe(content.length);
  expect(lowestFree()).toBeGreaterThan(free);
  await readAll(source);
  await source.close();
  expect(lowestFree()).toBe(free);
});

test("refuses what is no regular file without waiting for it or keeping it open", async () => {
  const free = lowestFree();
  expect(await failureOf(fromFile(folder), "unsupported")).toMatchObject({ what: "directory" });
  // Windows has neither pipes nor devices among its files.
  if (process.platform !== "win32") {
    const pipe = join(folder, "pipe");
    execFileSync("mkfifo", [pipe]);
    await failureOf(fromFile(pipe), "unsupported");
    await failureOf(fromFile("/dev/zero"), "unsupported");
  }
  expect(lowestFree()).toBe(free);
});

test("says that a file is missing, by its path", async () => {
  const missing = join(folder, "none.h5");
  expect((await failureOf(fromFile(missing), "not-found")).id).toBe(missing);
  await failureOf(fromFile(join(path, "below-a-file")), "not-found");
  await failureOf(fromFile("a\0b"), "options");
  await failureOf(fromFile(new URL("https://example.org/x")), "options");
});

test("says that a file may not be read, by its path", async () => {
  const secret = join(folder, "secret.h5");
  await writeFile(secret, "x", { mode: 0 });
  const user = process.geteuid?.();
  // Windows knows no such files: there it opens.
  if (user === undefined) return (await fromFile(secret)).close();
  // Root may read everything, so it becomes nobody for a moment.
  if (user === 0) process.seteuid?.(65534);
  try {
    expect((await failureOf(fromFile(secret), "auth")).target).toBe(secret);
  } finally {
    process.seteuid?.(user);
  }
});

test("notices a file that is cut short while it is open", async () => {
  const shrinking = join(folder, "shrinking.h5");
  await writeFile(shrinking, content);
  const source = await fromFile(shrinking);
  await truncate(shrinking, 1000);
  expect(await failureOf(source.read({ start: 900, end: 1100 }, live), "format")).toMatchObject({ key: shrinking, offset: 1000 });
  await source.close();
});

test("reads a file into memory that is there, as it reads without", async () => {
  const source = await fromFile(path);
  const target = new Uint8Array(1000).fill(7);
  await source.readInto?.(target.subarray(100, 900), { start: 299_200, ...live });
  expectBytes(target.subarray(100, 900), content.subarray(299_200, 300_000));
  expect([target[99], target[900]]).toEqual([7, 7]);
  await source.readInto?.(new Uint8Array(0), { start: 300_000, ...live });
  for (const start of [299_001, -1, 0.5, Number.NaN, 2 ** 60]) {
    const error = await failureOf(Promise.resolve(source.readInto?.(target, { start, ...live })), "format");
    expect(error.key).toBe(source.name);
  }
  const reason = new Error("user");
  await expect(source.readInto?.(target, { start: 0, signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
  const controller = new AbortController();
  const reading = source.readInto?.(target, { start: 0, signal: controller.signal });
  controller.abort(reason);
  await expect(reading).rejects.toBe(reason);
  await source.close();
  await failureOf(Promise.resolve(source.readInto?.(target, { start: 0, ...live })), "closed");
});

test("opens nothing for an aborted signal, and leaves nothing open when it aborts meanwhile", async () => {
  await expect(fromFile(path, { signal: AbortSignal.abort("no") })).rejects.toBe("no");
  await expect(openBytes(path, { signal: AbortSignal.abort("no") })).rejects.toBe("no");
  const free = lowestFree();
  const controller = new AbortController();
  const opening = fromFile(path, controller);
  controller.abort("user");
  await expect(opening).rejects.toBe("user");
  await expect.poll(lowestFree).toBe(free);
});

test("gives plain arrays of a Node Buffer's bytes", async () => {
  const source = fromBytes(Buffer.from("pooled"));
  expect((await source.read({ start: 1, end: 3 }, live)).constructor).toBe(Uint8Array);
});

test("opens whatever it is given", async () => {
  const given = fromBytes(content, "mine");
  expect(await openBytes(given)).toBe(given);
  for (const input of [path, pathToFileURL(path), pathToFileURL(path).href, content, content.buffer, new File([content], "f")]) {
    const source = await openBytes(input);
    expectBytes(await readAll(source), content);
    await source.close();
  }
  expect((await openBytes("https://user-data.example/a/b.h5?X-Amz-Signature=5ec2e7#top")).name).toBe("https://user-data.example/a/b.h5");
  expect((await failureOf(openBytes("s3://bucket/key"), "unsupported")).what).toBe("s3://");
  // A drive letter is no scheme: on this machine it is a file that is not there.
  expect((await failureOf(openBytes("C:\\x.h5"), "not-found")).id).toBe("C:\\x.h5");
  await failureOf(openBytes(""), "options");
  // @ts-expect-error callers in JavaScript
  await failureOf(openBytes(undefined), "options");
});

test("tells a browser what to pass instead of a path", async () => {
  const error = await failureOf(web.fromFile("/data/run.h5"), "unsupported");
  expect(error.message).toContain("pass a File");
});

test("gives both platforms the same surface", () => {
  expect(Object.keys(web).sort()).toEqual(Object.keys(node).sort());
  expectTypeOf<typeof web>().toEqualTypeOf<typeof node>();
});

test("takes a path as it stands, whatever is in it", () => {
  const odd = join(folder, "50% of #1?.h5");
  expect(node.fileUrl(odd).href).toBe(pathToFileURL(odd).href);
  expect(fileURLToPath(node.fileUrl("run 7.h5"))).toBe(resolve("run 7.h5"));
});

test("keeps node: out of everything but the platform's files", async () => {
  const root = new URL("../../src/", import.meta.url);
  for (const room of ["bytes", "async", "http", "platform"]) {
    for (const file of readdirSync(new URL(room, root))) {
      if (file.endsWith(".node.ts") || file === "node.ts") continue;
      expect(await readFile(new URL(`${room}/${file}`, root), "utf8"), file).not.toMatch(/from "node:|\.node\.js"|from "apache-arrow/);
    }
  }
});
