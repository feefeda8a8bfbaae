import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

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
