/** What {@link createHdf5} writes to: a file, memory, a handle of the browser's private file system. */
export interface ByteSink {
  /**
   * Puts `bytes` at `position`, over what was there or past the end. Bytes never written read as zeros, as in a POSIX file.
   * Where it returns a promise, `bytes` stay untouched until it settles, and the next write waits for it.
   */
  write(position: number, bytes: Uint8Array): void | Promise<void>;
  /** Resolves once everything written so far outlives what the sink promises to outlive (a loss of power, say). */
  flush?(): void | Promise<void>;
  close(): void | Promise<void>;
}

export interface MemorySink extends ByteSink {
  /** A copy of everything written so far. */
  bytes(): Uint8Array;
}

/** A sink that keeps the file in memory and grows with it. */
export function memorySink(): MemorySink {
  let buffer = new Uint8Array(4096);
  let length = 0;
  return {
    write(position, bytes) {
      const end = position + bytes.length;
      if (end > buffer.length) {
        const larger = new Uint8Array(Math.max(end, buffer.length * 2));
        larger.set(buffer.subarray(0, length));
        buffer = larger;
      }
      buffer.set(bytes, position);
      length = Math.max(length, end);
    },
    close() {},
    bytes: () => buffer.slice(0, length),
  };
}
