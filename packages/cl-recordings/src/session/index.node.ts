import { mkdirSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { fileSink } from "@sonde/hdf5/write/node";
import type { Recording } from "../recording/recording.js";
import { createSession as createSessionAt } from "./session.js";
import type { Session, SessionOptions } from "./types.js";

export type { RecordOptions, Session, SessionDataStream, SessionOptions, SessionRecording } from "./types.js";

/**
 * A session whose recordings are files: folders are made where they are missing, and no file is ever overwritten. Everything flushed
 * (every 200 ms while something new comes) outlives a kill of this process.
 *
 * @example
 * ```ts
 * import { createSession } from "@sonde/cl-recordings/node";
 * const session = createSession({ directory: "recordings" });
 * const ball = session.createDataStream("ball", { attributes: { score: 0 } });
 * const recording = session.record({ stopAfter: "1s" });
 * ball.append(session.timestamp(), { x: 320, y: 240 });
 * ball.setAttribute("score", 1);
 * await recording.finished;
 * const { dataStreams } = await recording.open();
 * await session.close();
 * ```
 */
export function createSession(options: SessionOptions = {}): Session<Recording> {
  return createSessionAt(
    {
      // A program that only records does not load what reads HDF5.
      open: async (path) => (await import("../client.js")).openRecording(path),
      ...options,
    },
    {
      pathOf: (directory, name) => resolve(directory, name),
      sink(path) {
        mkdirSync(dirname(path), { recursive: true });
        return fileSink(path, { exclusive: true });
      },
    },
  );
}
