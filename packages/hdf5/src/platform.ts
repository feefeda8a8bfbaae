import type { ByteSource } from "@sonde/core/bytes";
import type { ByteReader } from "./layout/byte-reader.js";
import type { Origin } from "./worker/readers.js";

/** A thread that runs `worker.js`. */
export interface WorkerHandle {
  post(message: unknown): void;
  /** `error` is what ended it, undefined after `terminate`. */
  listen(onMessage: (message: unknown) => void, onEnd: (error: unknown) => void): void;
  /** Resolves when the thread runs no more. */
  terminate(): Promise<void>;
  /** Whether the thread keeps the process alive. */
  hold(yes: boolean): void;
}

type OpenedPath = {
  readonly name: string;
  readonly origin: Origin & { readonly kind: "descriptor" };
  readonly reader: ByteReader;
  close(): Promise<void>;
};

/** What Node and browsers do differently; chosen by the `#platform` import. */
export interface Platform {
  startWorker(): WorkerHandle;
  /** Rejects `not-found`, or `unsupported` where there are no paths. */
  openPath(path: string | URL): Promise<OpenedPath>;
  /** Takes over a source that is an open file of this process; undefined where it is none. */
  openDescriptor(source: ByteSource, size: number): OpenedPath | undefined;
  /** The worker can read a `Blob` by itself. */
  readonly readsBlobs: boolean;
  /** Memory can be shared with the worker. */
  readonly sharesMemory: boolean;
}
