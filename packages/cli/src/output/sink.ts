import type { Writable } from "node:stream";

/** Where output goes: a write resolves when the reader took it, so that nothing piles up. Rejects with EPIPE when it is gone. */
export interface Sink {
  write(chunk: string | Uint8Array): Promise<void>;
}

export function sinkOf(stream: Writable): Sink {
  let failed: Error | undefined;
  // Without a listener a broken pipe would end the process with a stack trace.
  stream.on("error", (error) => {
    failed ??= error;
  });
  return {
    write: (chunk) =>
      new Promise((resolve, reject) => {
        if (failed !== undefined) return reject(failed);
        stream.write(chunk, (error) => (error ? reject(failed ?? error) : resolve()));
      }),
  };
}
