import { constants, type FileHandle, open } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { raceAbort } from "../async/race.js";
import { sondeError } from "../errors.js";
import { closedError, rangeLength } from "./range.js";
import type { FileOptions, FileSource } from "./source.js";

/** Node reads at most 2^31 - 1 bytes at a time. */
const LARGEST_READ = 2 ** 30;

/**
 * A local file, open until `close()`. Its size is that at the time of opening; reads may run concurrently.
 * Rejects `not-found`, `auth` when the user may not read it, `unsupported` for directories, pipes and devices.
 */
export async function fromFile(path: string | URL, { signal }: FileOptions = {}): Promise<FileSource> {
  signal?.throwIfAborted();
  const opening = openRegular(path instanceof URL ? urlPath(path) : path);
  if (signal === undefined) return opening;
  try {
    return await raceAbort(opening, signal);
  } catch (error) {
    // A mount that hangs may still open the file one day.
    opening.then(
      (late) => late.close(),
      () => {},
    );
    throw error;
  }
}

async function openRegular(name: string): Promise<FileSource> {
  let handle: FileHandle;
  try {
    // Without O_NONBLOCK, opening a pipe waits for its writer.
    handle = await open(name, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  } catch (error) {
    throw fileError(error, name);
  }
  try {
    const status = await handle.stat();
    if (status.isDirectory()) throw directoryError(name);
    if (!status.isFile())
      throw sondeError("unsupported", `${name} is no regular file: copy its bytes into one first`, { what: "special file" });
    return openFile(handle, name, status.size);
  } catch (error) {
    await handle.close();
    throw fileError(error, name);
  }
}

function openFile(handle: FileHandle, name: string, size: number): FileSource {
  let closing: Promise<void> | undefined;
  const check = (signal: AbortSignal) => {
    signal.throwIfAborted();
    if (closing) throw closedError(name);
  };

  const fill = async (bytes: Uint8Array, start: number, signal: AbortSignal) => {
    for (let done = 0; done < bytes.length; ) {
      check(signal);
      const { bytesRead } = await handle.read(bytes, done, Math.min(bytes.length - done, LARGEST_READ), start + done);
      if (bytesRead === 0) {
        const problem = `${name} ended at byte ${start + done} of ${size}: it was cut short while it was open, open it again`;
        throw sondeError("format", problem, { key: name, offset: start + done });
      }
      done += bytesRead;
    }
  };

  const readInto = async (target: Uint8Array, { start, signal }: { readonly start: number; readonly signal: AbortSignal }) => {
    check(signal);
    rangeLength({ start, end: start + target.length }, size, name);
    try {
      await raceAbort(fill(target, start, signal), signal);
    } catch (error) {
      signal.throwIfAborted();
      throw fileError(error, name);
    }
  };

  return {
    name,
    descriptor: handle.fd,
    async size({ signal }) {
      check(signal);
      return size;
    },
    async read(range, { signal }) {
      check(signal);
      const length = rangeLength(range, size, name);
      // Not cleared, since every byte is written or the read rejects; not a slice of Node's pool either.
      const bytes = new Uint8Array(Buffer.allocUnsafeSlow(length).buffer);
      await readInto(bytes, { start: range.start, signal });
      return bytes;
    },
    readInto,
    close() {
      closing ??= handle.close();
      return closing;
    },
  };
}

function urlPath(url: URL): string {
  try {
    return fileURLToPath(url);
  } catch {
    throw sondeError("options", `not the URL of a local file (scheme ${url.protocol}): use file:///absolute/path`, {
      issues: [{ path: "path", message: "must be a file: URL of this machine" }],
    });
  }
}

function directoryError(name: string) {
  return sondeError("unsupported", `${name} is a directory: name a file in it`, { what: "directory" });
}

/** Node's error codes → ours; what is ours already stays. */
function fileError(error: unknown, name: string): unknown {
  if (!(error instanceof Error) || !("syscall" in error || "code" in error) || error.name === "SondeError") return error;
  const code = "code" in error ? error.code : undefined;
  switch (code) {
    case "ENOENT":
    case "ENOTDIR":
      return sondeError("not-found", `no file ${name}: check the path`, { id: name, cause: error });
    case "EACCES":
    case "EPERM":
      return sondeError("auth", `no permission to read ${name}: ask its owner, or run as a user who may`, { target: name, cause: error });
    case "EISDIR":
      return directoryError(name);
    case "ERR_INVALID_ARG_VALUE":
      return sondeError("options", `not a path (it holds a NUL byte): ${JSON.stringify(name)}`, { cause: error });
    default:
      return sondeError("connection", `${name} can't be read (${String(code)}): check the disk or mount`, {
        target: name,
        // Too many open files, or a busy or interrupted device, may pass.
        retryable: ["EMFILE", "ENFILE", "EAGAIN", "EBUSY", "EINTR", "ETIMEDOUT"].includes(String(code)),
        cause: error,
      });
  }
}
