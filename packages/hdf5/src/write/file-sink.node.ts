import { closeSync, fdatasync, openSync, writeSync } from "node:fs";
import { promisify } from "node:util";
import type { ByteSink } from "./sink.js";

const synchronise = promisify(fdatasync);

export type FileSinkOptions = {
  /** Refuses a file that exists (EEXIST) instead of emptying it. */
  readonly exclusive?: boolean;
  /** Flushed data outlive a loss of power, at a few fdatasync for each flush. Without it they outlive the process only. */
  readonly synchronise?: boolean;
};

/** A sink into a file, written synchronously: a kill of the process loses nothing that was written. Throws the file system's error. */
export function fileSink(path: string, options: FileSinkOptions = {}): ByteSink {
  const descriptor = openSync(path, options.exclusive === true ? "wx" : "w");
  let open = true;
  const sink: ByteSink = {
    write(position, bytes) {
      for (let done = 0; done < bytes.length; ) done += writeSync(descriptor, bytes, done, bytes.length - done, position + done);
    },
    close() {
      if (open) closeSync(descriptor);
      open = false;
    },
  };
  return options.synchronise === true ? { ...sink, flush: () => synchronise(descriptor) } : sink;
}
