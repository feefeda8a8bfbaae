import { statSync } from "node:fs";
import { appendFile, mkdir, open, readdir, rename, rm, stat } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { turn } from "@sonde/core/bytes";
import type { FileSystem, ListedFile } from "./types.js";

export { openLocalFile } from "../assets/local-file.node.js";

export const environment = (name: string): string | undefined => process.env[name] || undefined;

const pathOf = (path: string | URL): string => (path instanceof URL || /^file:/i.test(path) ? fileURLToPath(path) : path);

export const files: FileSystem = {
  async kindOf(path) {
    const found = await stat(pathOf(path)).catch(() => undefined);
    return found === undefined ? "none" : found.isDirectory() ? "folder" : "file";
  },
  async list(folder, test, { signal }) {
    const root = pathOf(folder);
    const names = (await readdir(root)).filter(test).sort();
    const listed: ListedFile[] = [];
    for (const name of names) {
      const file = versionOf(join(root, name), name);
      if (file !== undefined) listed.push(file);
      const wait = turn(signal);
      if (wait) await wait;
    }
    return listed;
  },
  resolve: (folder, path) => resolve(pathOf(folder), path),
  folderOf: (path) => dirname(resolve(pathOf(path))),
  async append(path, bytes) {
    await mkdir(dirname(path), { recursive: true });
    await appendFile(path, bytes);
  },
  write: (path, bytes) => writeWhole(path, async (write) => write(bytes)),
  writeAll: (path, pieces) =>
    writeWhole(path, async (write) => {
      for await (const piece of pieces) await write(piece);
    }),
};

/**
 * Undefined where the file went away meanwhile, or is none. Asked at once, not through the thread pool, which takes ten times as long for
 * ten thousand files; the listing gives the event loop its turns.
 */
function versionOf(path: string, name: string): ListedFile | undefined {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found === undefined || !found.isFile()) return undefined;
  return { name, path, size: found.size, version: `${found.size}/${found.mtimeMs}/${found.ino}` };
}

async function writeWhole(path: string, work: (write: (bytes: Uint8Array) => Promise<void>) => Promise<void>): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const part = `${path}.${process.pid}.part`;
  const file = await open(part, "w");
  try {
    await work(async (bytes) => {
      await file.writeFile(bytes);
    });
    await file.close();
    await rename(part, path);
  } catch (error) {
    await file.close().catch(() => {});
    await rm(part, { force: true });
    throw error;
  }
}
