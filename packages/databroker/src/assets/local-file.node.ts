import { realpath } from "node:fs/promises";
import { isAbsolute, relative, resolve, sep } from "node:path";
import { type ByteSource, fromFile, raceAbort, sondeError } from "@sonde/core/bytes";

/**
 * Opens a file that lies, all links followed, in one of the folders. Rejects `not-found` where there is none, `unsupported` where it lies
 * elsewhere: which of both is said only of files whose path lies in a folder.
 */
export async function openLocalFile(
  path: string,
  roots: readonly string[],
  { signal }: { readonly signal: AbortSignal },
): Promise<ByteSource> {
  signal.throwIfAborted();
  const wanted = resolve(path);
  if (!roots.some((root) => contains(resolve(root), wanted))) throw outside(path, roots);
  const real = await raceAbort(
    realpath(wanted).catch((cause: unknown) => {
      throw sondeError("not-found", `there is no file ${path}: is its root where the rootMap says?`, { id: path, cause });
    }),
    signal,
  );
  const realRoots = await raceAbort(Promise.all(roots.map((root) => realpath(root).catch(() => undefined))), signal);
  if (!realRoots.some((root) => root !== undefined && contains(root, real))) {
    throw sondeError("unsupported", `${path} is a link out of the folders that may be read: copy the file, or add its folder to roots`, {
      what: "links out of their folder",
    });
  }
  return fromFile(real, { signal });
}

function contains(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return way === "" || (way !== ".." && !way.startsWith(`..${sep}`) && !isAbsolute(way));
}

function outside(path: string, roots: readonly string[]) {
  const allowed = roots.length === 0 ? "none is allowed yet" : `allowed are ${roots.join(", ")}`;
  return sondeError(
    "unsupported",
    `${path} lies in no folder that may be read (${allowed}): name its folder in roots, or where it moved to in rootMap`,
    {
      what: "files outside of the allowed folders",
    },
  );
}
