import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { FileVersion } from "../live/growing-file.js";

/** The recordings in a folder by file name; undefined where the path is no folder. Folders in it are not entered. */
export async function listFolder(path: string | URL): Promise<ReadonlyMap<string, string> | undefined> {
  const folder = path instanceof URL || /^file:/i.test(path) ? fileURLToPath(path) : path;
  const isFolder = await stat(folder).then(
    (found) => found.isDirectory(),
    () => false,
  );
  if (!isFolder) return undefined;
  const names = (await readdir(folder, { withFileTypes: true })).filter((entry) => entry.isFile() && /\.h(df)?5$/i.test(entry.name));
  return new Map(names.map(({ name }) => [name, join(folder, name)]));
}

/** How coarse the times of file systems are, with some margin. */
const settledMilliseconds = 50;

/** What changes with a local file's content; undefined where there is none, and for other addresses. */
export async function fileVersion(path: string | URL): Promise<FileVersion | undefined> {
  const file = path instanceof URL || /^file:/i.test(path) ? fileURLToPath(path) : path;
  const found = await stat(file, { bigint: true }).catch(() => undefined);
  if (found === undefined || !found.isFile()) return undefined;
  const settled = Date.now() - Number(found.mtimeMs) > settledMilliseconds;
  return { text: [found.dev, found.ino, found.size, found.mtimeNs].join(), settled };
}
