import { raceAbort, sondeError } from "@sonde/core/bytes";
import type { Child, FileState, Folder } from "./folder.js";

/** A folder that a user chose in a browser, which keeps to it by itself. */
export function handleFolder(handle: FileSystemDirectoryHandle): Folder {
  const { name } = handle;
  const shown = (path: readonly string[]) => [name, ...path].join("/");

  const folderOf = async (path: readonly string[], create = false): Promise<FileSystemDirectoryHandle> => {
    let folder = handle;
    for (const segment of path) folder = await folder.getDirectoryHandle(segment, { create });
    return folder;
  };
  const fileOf = async (path: readonly string[], create = false) => {
    const folder = await folderOf(path.slice(0, -1), create);
    return folder.getFileHandle(path.at(-1) ?? "", { create });
  };
  const waiting = async <T>(work: Promise<T>, path: readonly string[], signal: AbortSignal): Promise<T> => {
    try {
      return await raceAbort(work, signal);
    } catch (error) {
      signal.throwIfAborted();
      throw handleError(error, shown(path));
    }
  };

  return {
    name,
    async children(path, signal) {
      const list = async () => {
        const children: Child[] = [];
        for await (const [child, { kind }] of (await folderOf(path)).entries()) {
          signal.throwIfAborted();
          children.push({ name: child, kind: kind === "directory" ? "folder" : "file" });
        }
        return children;
      };
      return waiting(list(), path, signal);
    },

    async open(path, signal) {
      const found = await waiting(fileOf(path), path, signal);
      const file = await waiting(found.getFile(), path, signal);
      return {
        state: stateOf(file),
        read: async (start, end, own) => new Uint8Array(await waiting(file.slice(start, end).arrayBuffer(), path, own)),
        check: async (own) => stateOf(await waiting(found.getFile(), path, own)),
        close: async () => {},
      };
    },

    async write(path, bytes, signal) {
      const put = async () => {
        const stream = await (await fileOf(path, true)).createWritable();
        // Nothing is there before it is closed.
        try {
          await stream.write(bytes);
          signal.throwIfAborted();
          await stream.close();
        } catch (error) {
          await stream.abort(error).catch(() => {});
          throw error;
        }
      };
      return waiting(put(), path, signal);
    },
  };
}

function stateOf(file: File): FileState {
  return { size: file.size, modified: BigInt(Math.round(file.lastModified)) * 1_000_000n };
}

/** The File System standard's exceptions by their names. */
function handleError(error: unknown, name: string): unknown {
  if (!(error instanceof Error) || error.name === "SondeError") return error;
  switch (error.name) {
    case "NotFoundError":
    case "TypeMismatchError":
      return sondeError("not-found", `no file ${name}: check the key`, { id: name, cause: error });
    case "NotAllowedError":
    case "SecurityError":
      return sondeError("auth", `no permission for ${name}: ask for it with requestPermission() in a click`, {
        target: name,
        cause: error,
      });
    default:
      return sondeError("connection", `${name} can't be read any more (${error.name}): choose the folder again`, {
        target: name,
        retryable: false,
        cause: error,
      });
  }
}
