import { type Call, sondeError } from "@sonde/core/connector";
import type { OpenRecording } from "../recording/recording.js";

/** The recording of a stream, open for as long as it is used. */
export interface RecordingLease {
  use<T>(call: Call, work: (recording: OpenRecording) => Promise<T>): Promise<T>;
  iterate<T>(call: Call, work: (recording: OpenRecording) => AsyncIterable<T>): AsyncIterable<T>;
}

/** Opens a recording and says how to give it back. */
export type Acquire = (call: Call) => Promise<{ readonly recording: OpenRecording; release(): Promise<void> }>;

/** `isClosed` is asked between pieces: what is at hand already must not outlive its source. */
export function leaseOf(acquire: Acquire, id: string, isClosed: () => boolean): RecordingLease {
  const check = () => {
    if (isClosed()) throw sondeError("closed", `${id} was closed while it was read`, { id });
  };
  return {
    async use(call, work) {
      call.signal.throwIfAborted();
      check();
      const { recording, release } = await acquire(call);
      try {
        return await work(recording);
      } finally {
        await release();
      }
    },
    async *iterate(call, work) {
      call.signal.throwIfAborted();
      check();
      const { recording, release } = await acquire(call);
      try {
        for await (const piece of work(recording)) {
          check();
          yield piece;
          check();
        }
      } finally {
        await release();
      }
    },
  };
}
