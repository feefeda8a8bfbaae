import { randomUUID } from "node:crypto";
import { constants, type FileHandle, lstat, mkdir, open, readdir, realpath, rename, rm, stat } from "node:fs/promises";
import { join, resolve, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { raceAbort, sondeError } from "@sonde/core/bytes";
import { type Child, type FileState, type Folder, type OpenFile, UNFINISHED } from "./folder.js";

/** A folder of this machine. Links inside it are followed to files and folders that lie in it too, but a listing enters no linked folder. */
export function nodeFolder(path: string | URL): Folder {
  const root = resolve(path instanceof URL ? urlPath(path) : path);
  let real: Promise<string> | undefined;

  const realRoot = () => {
    real ??= realpath(root).catch((error: unknown) => {
      real = undefined;
      throw fileError(error, root);
    });
    return real;
  };

  /** The path without links, which must lie in the folder. */
  const inside = async (segments: readonly string[]): Promise<string> => {
    const top = await realRoot();
    const key = segments.join("/");
    const found = await realpath(join(top, ...segments)).catch((error: unknown) => {
      throw fileError(error, `${root}/${key}`);
    });
    if (found === top || found.startsWith(top.endsWith(sep) ? top : top + sep)) return found;
    throw sondeError("unsupported", `${root}/${key} is a link out of the folder, which is not followed: copy the file into it`, {
      what: "links out of the folder",
    });
  };

  const isLinkedFile = async (segments: readonly string[]): Promise<boolean> => {
    try {
      return (await stat(await inside(segments))).isFile();
    } catch {
      return false;
    }
  };

  const makeFolders = async (segments: readonly string[]): Promise<string> => {
    const top = await realRoot();
    for (let depth = 1; depth <= segments.length; depth++) {
      const part = segments.slice(0, depth);
      const known = await lstat(join(top, ...part)).catch(() => undefined);
      // Somebody else may make the same folder in this moment.
      if (known === undefined) {
        await mkdir(join(await inside(part.slice(0, -1)), part.at(-1) ?? "")).catch((error: unknown) => {
          if (codeOf(error) !== "EEXIST") throw fileError(error, `${root}/${part.join("/")}`);
        });
      } else await inside(part);
    }
    return inside(segments);
  };

  const write = async (segments: readonly string[], bytes: Uint8Array, signal: AbortSignal): Promise<void> => {
    const name = `${root}/${segments.join("/")}`;
    const folder = await makeFolders(segments.slice(0, -1));
    const unfinished = join(folder, `.sonde-put-${randomUUID()}`);
    let handle: FileHandle | undefined;
    try {
      handle = await open(unfinished, "wx");
      await handle.writeFile(bytes, { signal });
      await handle.close();
      handle = undefined;
      signal.throwIfAborted();
      await rename(unfinished, join(folder, segments.at(-1) ?? ""));
    } catch (error) {
      await handle?.close();
      await rm(unfinished, { force: true });
      signal.throwIfAborted();
      throw fileError(error, name);
    }
  };

  return {
    name: root,
    async children(segments, signal) {
      const list = async (): Promise<Child[]> => {
        const entries = await readdir(await inside(segments), { withFileTypes: true });
        const children: Child[] = [];
        for (const entry of entries) {
          if (entry.isDirectory()) children.push({ name: entry.name, kind: "folder" });
          else if (UNFINISHED.test(entry.name)) continue;
          else if (entry.isFile() || (entry.isSymbolicLink() && (await isLinkedFile([...segments, entry.name])))) {
            children.push({ name: entry.name, kind: "file" });
          }
        }
        return children;
      };
      try {
        return await raceAbort(list(), signal);
      } catch (error) {
        signal.throwIfAborted();
        // A folder may go while it is listed; the root itself must be there.
        if (segments.length > 0 && ["ENOENT", "ENOTDIR"].includes(String(codeOf(error)))) return [];
        throw fileError(error, [root, ...segments].join("/"));
      }
    },

    async open(segments, signal) {
      const name = [root, ...segments].join("/");
      // Not blocking, so that a pipe without a writer does not hang; not through a link that came since.
      const flags = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0) | (constants.O_NOFOLLOW ?? 0);
      const opening = inside(segments).then((real) => open(real, flags));
      try {
        const handle = await raceAbort(opening, signal);
        return await openFile(handle, name);
      } catch (error) {
        if (signal.aborted) opening.then((handle) => handle.close()).catch(() => {});
        signal.throwIfAborted();
        throw fileError(error, name);
      }
    },

    write: (segments, bytes, signal) => raceAbort(write(segments, bytes, signal), signal),
  };
}

async function openFile(handle: FileHandle, name: string): Promise<OpenFile> {
  const look = async (): Promise<FileState | undefined> => {
    const { size, mtimeNs, ...status } = await handle.stat({ bigint: true });
    return "mode" in status && (Number(status.mode) & constants.S_IFMT) === constants.S_IFREG
      ? { size: Number(size), modified: mtimeNs }
      : undefined;
  };
  const state = await look().catch(() => undefined);
  if (state === undefined) {
    await handle.close();
    throw sondeError("not-found", `${name} is no file`, { id: name });
  }
  return {
    state,
    async read(start, end, signal) {
      const bytes = new Uint8Array(end - start);
      for (let done = 0; done < bytes.length; ) {
        signal.throwIfAborted();
        const { bytesRead } = await raceAbort(handle.read(bytes, done, Math.min(bytes.length - done, 2 ** 24), start + done), signal);
        if (bytesRead === 0) {
          throw sondeError("connection", `${name} was cut short while it was read: list it again`, { target: name, retryable: false });
        }
        done += bytesRead;
      }
      return bytes;
    },
    check: async () => (await look()) ?? state,
    close: () => handle.close(),
  };
}

function urlPath(url: URL): string {
  try {
    return fileURLToPath(url);
  } catch {
    throw sondeError("options", `not the URL of a local folder (scheme ${url.protocol}): use file:///absolute/path`, {
      issues: [{ path: "path", message: "must be a file: URL of this machine" }],
    });
  }
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && "code" in error ? error.code : undefined;
}

/** Node's error codes → ours; what is ours already stays. */
function fileError(error: unknown, name: string): unknown {
  if (!(error instanceof Error) || error.name === "SondeError") return error;
  const code = String(codeOf(error));
  switch (code) {
    case "ENOENT":
    case "ENOTDIR":
    case "EISDIR":
    case "ENAMETOOLONG":
      return sondeError("not-found", `no file ${name}: check the key`, { id: name, cause: error });
    case "EACCES":
    case "EPERM":
    case "EROFS":
      return sondeError("auth", `no permission for ${name}: ask its owner, or run as a user who may`, { target: name, cause: error });
    default:
      return sondeError("connection", `${name} can't be reached (${code}): check the disk or mount`, {
        target: name,
        // Too many open files, or a busy or interrupted device, may pass.
        retryable: ["EMFILE", "ENFILE", "EAGAIN", "EBUSY", "EINTR", "ETIMEDOUT"].includes(code),
        cause: error,
      });
  }
}
