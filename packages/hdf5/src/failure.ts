import { isSondeError, sondeError } from "@sonde/core/bytes";
import type { Failure } from "./worker/failure.js";

/** A typed error of what the worker, HDF5 or WebAssembly threw. `path` is inside the file. */
export function errorOf(failure: Failure, file: string, path: string): Error {
  const key = path === "" ? file : `${file}:${path}`;
  const cause = failure.cause ?? (failure.detail === undefined ? undefined : new Error(failure.detail));
  switch (failure.kind) {
    case "not-found":
      return sondeError("not-found", `${key} does not exist: list what does with children()`, { id: key, cause });
    case "link":
      return sondeError(
        "not-found",
        `${key} is a link, or leads through '${failure.message}' which is one: links are listed but never followed`,
        { id: key, cause },
      );
    case "limit":
      return sondeError(
        "limit",
        `${file}: ${failure.message} is ${failure.asked}, ${failure.allowed} are allowed${failure.option === undefined ? "" : `: raise ${failure.option} if you trust the file`}`,
        {
          what: failure.message,
          asked: failure.asked ?? 0,
          allowed: failure.allowed ?? 0,
          ...(failure.option === undefined ? {} : { option: failure.option }),
          cause,
        },
      );
    case "memory":
      return sondeError("limit", `${key} asks for more memory than HDF5 is given (512 MiB): ${failure.message}`, {
        what: "bytes of the heap of HDF5",
        asked: 1 << 29,
        allowed: 1 << 29,
        cause,
      });
    case "source":
      // The source's own error says more than we could, where it is one of Sonde's.
      if (isSondeError(failure.cause)) return failure.cause;
      return sondeError("connection", `reading ${file} failed: ${failure.message}`, { target: file, retryable: false, cause });
    case "trap":
      return sondeError("format", `${key} makes HDF5 fall over (${failure.message}): the file is damaged`, { key, cause });
    case "hdf5":
      return sondeError("format", `${key} can't be read: ${failure.message}${advice(failure)}`, { key, cause });
  }
}

const signature = "not an HDF5 file: it does not have the signature";

function advice({ message, detail }: Failure): string {
  if (/already open for write|consistency flags/.test(detail ?? message)) {
    return ". It was left open by a program that wrote it: make a copy and run `h5clear -s` on it";
  }
  if (/no HDF5 signature|file signature not found/.test(message)) return `. It is ${signature}`;
  if (/truncated file|address plus size exceeds|past the end/.test(message)) return ". The file is shorter than it says: fetch it again";
  return "";
}
