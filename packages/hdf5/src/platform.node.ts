import { close, fstat, open, readv } from "node:fs";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { Worker } from "node:worker_threads";
import { sondeError } from "@sonde/core/bytes";
import type { ByteReader } from "./layout/byte-reader.js";
import type { Platform, WorkerHandle } from "./platform.js";

// Plain descriptors, not `FileHandle`: their number goes to the worker, and nothing complains when a program ends without closing.
const openDescriptor = promisify(open);
const statDescriptor = promisify(fstat);
const closeDescriptor = promisify(close);
/** Not `promisify`, which gives an object of each. */
const readDescriptor = (descriptor: number, targets: readonly Uint8Array[], position: number): Promise<number> =>
  new Promise((resolve, reject) => {
    readv(descriptor, targets, position, (error, count) => (error === null ? resolve(count) : reject(error)));
  });

export const platform: Platform = {
  readsBlobs: false,
  sharesMemory: true,

  startWorker(): WorkerHandle {
    const worker = new Worker(new URL("./worker.js", import.meta.url), {
      name: "sonde-hdf5",
      // Flags of the program, such as `--input-type`, are not meant for this file. Its output is nobody's business.
      execArgv: [],
      stdout: true,
      stderr: true,
      // Recursion (types inside types) must run into this stack, which throws, before it runs through that of HDF5 (2 MiB), which
      // overwrites what lies below it: 4000 levels did, with Node's 4 MiB; with 1 MiB no more than 0.4 MiB of it is used.
      resourceLimits: { stackSizeMb: 1 },
    });
    worker.unref();
    return {
      post: (message) => worker.postMessage(message),
      listen(onMessage, onEnd) {
        let failure: unknown;
        worker.on("message", onMessage);
        worker.on("error", (error) => {
          failure = error;
        });
        worker.on("exit", () => onEnd(failure));
      },
      async terminate() {
        await worker.terminate();
      },
      hold(yes) {
        if (yes) worker.ref();
        else worker.unref();
      },
    };
  },

  async openPath(path) {
    if (path instanceof URL && path.protocol !== "file:") {
      throw sondeError("unsupported", `an HDF5 file can't be opened by a ${path.protocol} URL: give a ByteSource that reads it`, {
        what: path.protocol,
      });
    }
    const name = path instanceof URL ? fileURLToPath(path) : path;
    let descriptor: number;
    try {
      descriptor = await openDescriptor(name, "r");
    } catch (cause) {
      const absent = cause instanceof Error && "code" in cause && cause.code === "ENOENT";
      if (absent) throw sondeError("not-found", `${name} does not exist`, { id: name, cause });
      throw sondeError("connection", `${name} can't be opened: ${cause instanceof Error ? cause.message : cause}`, {
        target: name,
        retryable: false,
        cause,
      });
    }
    const { size } = await statDescriptor(descriptor);
    const { reader, idle } = descriptorReader(descriptor, name);
    const closeWhenIdle = async () => {
      await idle();
      await closeDescriptor(descriptor);
    };
    return { name, origin: { kind: "descriptor", descriptor, size }, reader, close: closeWhenIdle };
  },
};

/** `idle` resolves when no read is under way, which can't be taken back: the number of a closed descriptor is given to the next file. */
function descriptorReader(descriptor: number, name: string): { readonly reader: ByteReader; idle(): Promise<unknown> } {
  const pending = new Set<Promise<unknown>>();
  const fill = async (targets: readonly Uint8Array[], position: number) => {
    let left = targets;
    for (let at = position; left.length > 0; ) {
      const count = await readDescriptor(descriptor, left, at);
      if (count === 0) {
        const problem = `${name} ends before byte ${at}: it was cut short while it was open, open it again`;
        throw sondeError("format", problem, { key: name, offset: at });
      }
      at += count;
      left = without(left, count);
    }
    return targets;
  };
  const reader: ByteReader = {
    smallest: 0,
    // Not cleared, and not a slice of Node's pool.
    allocate: (length) => new Uint8Array(Buffer.allocUnsafeSlow(length).buffer),
    read(position, _length, targets) {
      const filled = fill(targets(), position);
      pending.add(filled);
      const done = () => void pending.delete(filled);
      filled.then(done, done);
      return filled;
    },
  };
  return { reader, idle: () => Promise.allSettled(pending) };
}

/** What is left to fill when `count` bytes are there. */
function without(targets: readonly Uint8Array[], count: number): readonly Uint8Array[] {
  const left: Uint8Array[] = [];
  let filled = count;
  for (const target of targets) {
    if (filled < target.length) left.push(target.subarray(filled));
    filled = Math.max(0, filled - target.length);
  }
  return left;
}
