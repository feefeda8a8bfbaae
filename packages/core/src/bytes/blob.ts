import { raceAbort } from "../async/race.js";
import { sondeError } from "../errors.js";
import { closedError, rangeLength } from "./range.js";
import type { ByteSource } from "./source.js";

/** A `Blob` or `File`, such as a browser's file input gives; only the parts that are asked for are read. */
export function fromBlob(blob: Blob, name = "name" in blob && typeof blob.name === "string" ? blob.name : "blob"): ByteSource {
  let closed = false;
  const check = (signal: AbortSignal) => {
    signal.throwIfAborted();
    if (closed) throw closedError(name);
  };
  return {
    name,
    async size({ signal }) {
      check(signal);
      return blob.size;
    },
    async read(range, { signal }) {
      check(signal);
      const length = rangeLength(range, blob.size, name);
      const part = blob.slice(range.start, range.end).arrayBuffer();
      const bytes = new Uint8Array(await raceAbort(part.catch(unreadable), signal));
      check(signal);
      if (bytes.length === length) return bytes;
      throw sondeError("format", `${name} gave ${bytes.length} of ${length} bytes: it changed while it was open`, {
        key: name,
        offset: range.start,
      });
    },
    async close() {
      closed = true;
    },
  };

  function unreadable(cause: unknown): never {
    throw sondeError("connection", `${name} can't be read any more, it was changed or moved: choose it again`, {
      target: name,
      retryable: false,
      cause,
    });
  }
}
