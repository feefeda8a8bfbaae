import { appendFile, mkdir, open, readdir, rename, rm, stat } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { mapConcurrent } from "@sonde/core/bytes";
import type { FileSystem, ListedFile } from "./types.js";

export { openLocalFile } from "../assets/local-file.node.js";

const pathOf = (path: string | URL): string => (path instanceof URL || /^file:/i.test(path) ? fileURLToPath(path) : path);
/** The machine's thread pool has four. */
const concurrent = 16;

export const files: FileSystem = {
  async kindOf(path) {
    const found = await stat(pathOf(path)).catch(() => undefined);
    return found === undefined ? "none" : found.isDirectory() ? "folder" : "file";
  },
  async list(folder, test, { signal }) {
    const root = pathOf(folder);
    const names = (await readdir(root)).filter(test).sort();
    const listed: ListedFile[] = [];
    const found = mapConcurrent(names, concurrent, (name) => versionOf(join(root, name), name), { signal });
    for await (const file of found) if (file !== undefined) listed.push(file);
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

/** Undefined where the file went away meanwhile, or is none. */
async function versionOf(path: string, name: string): Promise<ListedFile | undefined> {
  const found = await stat(path).catch(() => undefined);
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
