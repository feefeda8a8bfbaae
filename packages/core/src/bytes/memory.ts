import { closedError, rangeLength } from "./range.js";
import type { ByteSource } from "./source.js";

/** Bytes in memory as a source; reads are views, nothing is copied. */
export function fromBytes(bytes: Uint8Array | ArrayBuffer, name = "bytes"): ByteSource {
  // A Node Buffer would hand on its own `slice`, which is none.
  let view: Uint8Array | undefined =
    bytes instanceof ArrayBuffer ? new Uint8Array(bytes) : new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const open = (signal: AbortSignal) => {
    signal.throwIfAborted();
    if (view === undefined) throw closedError(name);
    return view;
  };
  return {
    name,
    async size({ signal }) {
      return open(signal).length;
    },
    async read(range, { signal }) {
      const all = open(signal);
      rangeLength(range, all.length, name);
      return all.subarray(range.start, range.end);
    },
    async close() {
      view = undefined;
    },
  };
}
