import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { onTestFinished } from "vitest";
import { fs } from "../src/index.js";
import { behaves } from "./behaviour.js";
import { folderKeys } from "./fixture.js";

async function folder(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), "sonde-fs-"));
  onTestFinished(() => rm(path, { recursive: true, force: true }));
  return path;
}

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
  { keys: folderKeys, alphabet: ["a", "b", "+", "=", " ", "ü", "\u{10ffff}", "\uffee", ".", "-", "0"].map((piece) => (piece === "." ? ".a" : piece)), runs: 80 },
);
