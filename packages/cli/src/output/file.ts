import { open, realpath, rename, rm } from "node:fs/promises";
import { exit, failure } from "../exit.js";
import type { Sink } from "./sink.js";

/** A file that bears its name only when it is whole; until then it is `<file>.partial`. End it by one of the three. */
export interface OutputFile extends Sink {
  /** What it is called until it is whole. */
  readonly partial: string;
  /** On the disk and renamed: what the name held before is replaced. */
  finish(): Promise<void>;
  /** Closed under its partial name. */
  keep(): Promise<void>;
  /** Closed and removed. */
  discard(): Promise<void>;
}

export async function createOutputFile(file: string): Promise<OutputFile> {
  const partial = `${file}.partial`;
  const handle = await open(partial, "w").catch((error: Error) => {
    throw failure(exit.failure, `can't write ${file}: ${error.message}: choose another folder by -o`, error);
  });
  return {
    partial,
    async write(chunk) {
      const bytes = typeof chunk === "string" ? Buffer.from(chunk) : chunk;
      // A system may take fewer bytes at a time than it is given.
      for (let from = 0; from < bytes.byteLength; ) from += (await handle.write(bytes, from)).bytesWritten;
    },
    async finish() {
      await handle.sync();
      await handle.close();
      await rename(partial, file).catch((error: Error) => {
        throw failure(exit.failure, `can't rename what was written, it is whole in ${partial}: ${error.message}`, error);
      });
    },
    async keep() {
      await handle.close();
    },
    async discard() {
      await handle.close();
      await rm(partial, { force: true });
    },
  };
}

/** Whether two paths are one file. */
export async function isSameFile(a: string, b: string): Promise<boolean> {
  const [first, second] = await Promise.all([a, b].map((path) => realpath(path).catch(() => undefined)));
  return first !== undefined && first === second;
}
