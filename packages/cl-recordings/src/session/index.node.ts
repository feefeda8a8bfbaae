import { mkdirSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { fileSink } from "@sonde/hdf5/write/node";
import { createSession as createSessionIn, type SessionInput } from "./session.js";
import type { Session } from "./types.js";

/**
 * A session whose recordings are files: folders are made where they are missing, and no file is ever overwritten. Everything flushed
 * (every 200 ms while something new comes) outlives a kill of this process.
 */
export function createSession<Opened>(options: SessionInput<Opened> = {}): Session<Opened> {
  return createSessionIn(options, {
    pathOf: (directory, name) => resolve(directory, name),
    sink(path) {
      mkdirSync(dirname(path), { recursive: true });
      return fileSink(path, { exclusive: true });
    },
  });
}
