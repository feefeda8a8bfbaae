import { type ByteSource, sondeError } from "@sonde/core/bytes";

/** Reads the bytes of a file on this thread, which does not wait. */
export interface ByteReader {
  /** Below this a read is left to the worker, which keeps what lies around: each read of a store is a request. */
  readonly smallest: number;
  /** A buffer of its own, which may hold anything: all of it is written before it is shown. */
  allocate(length: number): Uint8Array;
  /** Bytes from `position` on: in what `targets` gives, one after another, or in memory of the source, which is not written to. */
  read(position: number, length: number, targets: () => readonly Uint8Array[], signal: AbortSignal): Promise<readonly Uint8Array[]>;
}

const smallestRequest = 1 << 18;

export function readerOver(source: ByteSource): ByteReader {
  return {
    smallest: smallestRequest,
    allocate: (length) => new Uint8Array(length),
    async read(position, length, _targets, signal) {
      const bytes = await source.read({ start: position, end: position + length }, { signal });
      if (bytes.length === length) return [bytes];
      throw sondeError("connection", `the source ${source.name} gave ${bytes.length} bytes of ${length}`, {
        target: source.name,
        retryable: false,
      });
    },
  };
}
