import { execFileSync } from "node:child_process";
import { mkdir, mkdtemp, readdir, rm, symlink, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { describe, expect, onTestFinished, test } from "vitest";
import { fs } from "../src/index.js";
import { behaves, entriesOf, keysOf } from "./behaviour.js";
import { bytesOf, folderKeys, refusal, textOf } from "./fixture.js";
import { memoryDirectory } from "./memory-directory.js";

async function folder(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), "sonde-fs-"));
  onTestFinished(() => rm(path, { recursive: true, force: true }));
  return path;
}

const alphabet = ["a", "b", "+", "=", " ", "ü", "\u{10ffff}", "\uffee", ".a", "-", "0"];

behaves(
  "fs, a folder of this machine",
  async () => {
    const root = await folder();
    const many = await folder();
    let count = 0;
    return {
      store: fs(root),
      async filled(objects) {
        const path = join(many, String(count++));
        await mkdir(path);
        for (const [key, text] of objects) {
          await mkdir(dirname(join(path, key)), { recursive: true });
          await writeFile(join(path, key), text);
        }
        return fs(path);
      },
    };
  },
  { keys: folderKeys, alphabet, runs: 80 },
);

behaves(
  "fs, a directory handle as browsers have it",
  async () => ({
    store: fs(memoryDirectory("chosen")),
    async filled(objects) {
      const store = fs(memoryDirectory("chosen"));
      for (const [key, text] of objects) await store.put(key, bytesOf(text));
      return store;
    },
  }),
  { keys: folderKeys, alphabet, runs: 80 },
);

describe("a folder keeps to itself", () => {
  const climbing = [
    "../secret",
    "a/../../secret",
    "..",
    ".",
    "a/./b",
    "/etc/passwd",
    "a//b",
    "a/",
    "%2e%2e/secret",
    "%2E%2e/secret",
    ".%2e/secret",
    "..%2fsecret",
    "a%2f..%2f..%2fsecret",
    "..\\secret",
    "..%5csecret",
    "nul\0byte",
    "nul%00byte",
    "",
  ];

  test.each([
    ["path", async () => fs(join(await folder(), "root"))],
    ["handle", async () => fs(memoryDirectory("root"))],
  ] as const)("keys that climb are refused, encoded ones too, by %s", async (_, make) => {
    const store = await make();
    for (const key of climbing) {
      for (const work of [
        store.get(key),
        store.head(key),
        store.put(key, bytesOf("x")),
        store.source(key).size({ signal: new AbortController().signal }),
      ].map(refusal)) {
        expect([key, (await work).code]).toEqual([key, "options"]);
      }
    }
  });

  test("links that lead out are refused, not listed, and not written through", async () => {
    const outside = await folder();
    await writeFile(join(outside, "secret"), "SENTINEL");
    const root = await folder();
    await mkdir(join(root, "real"));
    await writeFile(join(root, "real", "file"), "inside");
    await symlink(join(outside, "secret"), join(root, "file-out"));
    await symlink(outside, join(root, "folder-out"));
    await symlink("real/file", join(root, "file-in"));
    await symlink("../..", join(root, "real", "up"));
    await symlink("nothing", join(root, "dangling"));
    await symlink(".", join(root, "self"));
    const store = fs(root);
    expect(await keysOf(store)).toEqual(["file-in", "real/file"]);
    expect(textOf((await store.get("file-in")).bytes)).toBe("inside");
    for (const key of ["file-out", "folder-out/secret", "real/up/x"]) {
      const error = await refusal(store.get(key));
      expect(["unsupported", "not-found"]).toContain(error.code);
      expect(error.message).not.toContain("SENTINEL");
    }
    expect(await refusal(store.get("file-out"))).toMatchObject({
      code: "unsupported",
      message: expect.stringContaining("a link out of the folder"),
    });
    expect((await refusal(store.put("folder-out/new", bytesOf("x")))).code).toBe("unsupported");
    expect((await refusal(store.put("folder-out/deep/new", bytesOf("x")))).code).toBe("unsupported");
    await store.put("file-out", bytesOf("replaced"));
    expect(await readdir(outside)).toEqual(["secret"]);
    expect(textOf((await fs(outside).get("secret")).bytes)).toBe("SENTINEL");
    expect(textOf((await store.get("file-out")).bytes)).toBe("replaced");
  });

  test("a pipe is no object and does not hang", async () => {
    const root = await folder();
    execFileSync("mkfifo", [join(root, "pipe")]);
    const store = fs(root);
    expect(await keysOf(store)).toEqual([]);
    expect((await refusal(store.get("pipe"))).code).toBe("not-found");
  });
});

describe("fs", () => {
  test("opens file: URLs, and links to the folder itself", async () => {
    const root = await folder();
    await writeFile(join(root, "a"), "x");
    const link = join(await folder(), "link");
    await symlink(root, link);
    expect(await keysOf(fs(pathToFileURL(root)))).toEqual(["a"]);
    expect(await keysOf(fs(link))).toEqual(["a"]);
    expect(() => fs(new URL("https://example.org/"))).toThrow(expect.objectContaining({ code: "options" }));
  });

  test("a folder that is not there is not-found, and an object's folder is no object", async () => {
    const root = await folder();
    expect((await refusal(keysOf(fs(join(root, "none"))))).code).toBe("not-found");
    await fs(root).put("a/b", bytesOf("x"));
    expect((await refusal(fs(root).get("a"))).code).toBe("not-found");
    expect((await refusal(fs(root).get("a/b/c"))).code).toBe("not-found");
    expect((await refusal(fs(root).get("x".repeat(4000)))).code).toBe("not-found");
    expect(await keysOf(fs(root), { prefix: "none/" })).toEqual([]);
  });

  test("shows no write before it is whole, and leaves nothing of one that was aborted", async () => {
    const root = await folder();
    const controller = new AbortController();
    const work = fs(root)
      .put("a/big", new Uint8Array(64 * 2 ** 20), { signal: controller.signal })
      .catch((error: unknown) => error);
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect(await keysOf(fs(root))).toEqual([]);
    controller.abort("gone");
    expect(await work).toBe("gone");
    await expect.poll(() => readdir(join(root, "a")).catch(() => [])).toEqual([]);
  });

  test("two writers of one key leave one whole object", async () => {
    const root = await folder();
    const texts = Array.from({ length: 20 }, (_, index) => String(index % 10).repeat(100_000));
    await Promise.all(texts.map((text) => fs(root).put("deep/er/key", bytesOf(text))));
    const { bytes } = await fs(root).get("deep/er/key");
    expect(texts).toContain(textOf(bytes));
    expect(await readdir(join(root, "deep/er"))).toEqual(["key"]);
  });

  test("tells a state by size and time: the same bytes at another time are another object", async () => {
    const root = await folder();
    const { etag, modified } = await fs(root).put("a", bytesOf("x"));
    expect(typeof modified).toBe("bigint");
    await utimes(join(root, "a"), 1, 1);
    expect((await refusal(fs(root).get("a", { ifMatch: etag }))).message).toContain("/a changed");
    expect((await fs(root).head("a")).modified).toBe(1_000_000_000n);
  });

  test("passes by folders that a listing can't show, and looks at no more than it is asked for", async () => {
    const root = await folder();
    for (let hour = 0; hour < 24; hour++) {
      for (let file = 0; file < 20; file++) await fs(root).put(`topics/a/hour=${String(hour).padStart(2, "0")}/${file}`, bytesOf("x"));
    }
    await mkdir(join(root, "topics", "empty", "deeper"), { recursive: true });
    expect(await entriesOf(fs(root), { prefix: "topics/", delimiter: "/" })).toEqual([{ kind: "prefix", key: "topics/a/" }]);
    expect(await keysOf(fs(root), { prefix: "topics/a/", delimiter: "/", startAfter: "topics/a/hour=21/" })).toEqual([
      "topics/a/hour=22/",
      "topics/a/hour=23/",
    ]);
    const some: string[] = [];
    for await (const { key } of fs(root).list({ prefix: "topics/a/hour=07/1" })) if (some.push(key) === 3) break;
    expect(some).toEqual(["topics/a/hour=07/1", "topics/a/hour=07/10", "topics/a/hour=07/11"]);
  });

  test("ends at 64 folders deep, and past maxBytes, with a limit", async () => {
    const root = await folder();
    const key = `${"d/".repeat(70)}x`;
    await fs(root).put(key, bytesOf("0123456789"));
    expect((await refusal(keysOf(fs(root)))).code).toBe("limit");
    expect(await refusal(fs(root, { maxBytes: 9 }).get(key))).toMatchObject({ code: "limit", option: "maxBytes", asked: 10, allowed: 9 });
    expect(textOf((await fs(root, { maxBytes: 9 }).get(key, { range: { last: 9 } })).bytes)).toBe("123456789");
  });
});
