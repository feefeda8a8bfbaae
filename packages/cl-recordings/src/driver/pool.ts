import { type Call, sondeError } from "@sonde/core/connector";
import type { OpenRecording } from "../recording/recording.js";

/** Recordings of a folder, opened as they are needed; a few that nobody uses stay open. */
export interface RecordingPool {
  acquire(name: string, call: Call): Promise<{ readonly recording: OpenRecording; release(): Promise<void> }>;
  close(): Promise<void>;
}

const idleRecordings = 8;

type Slot = { readonly opening: Promise<OpenRecording>; users: number };

export function recordingPool(open: (name: string) => Promise<OpenRecording>): RecordingPool {
  // An opening is shared, so no single call's signal ends it. In order of use, the longest unused first.
  const slots = new Map<string, Slot>();
  let closed = false;

  async function trim(): Promise<void> {
    const idle = [...slots].filter(([, slot]) => slot.users === 0);
    for (const [name, slot] of idle.slice(0, Math.max(0, idle.length - idleRecordings))) {
      slots.delete(name);
      await (await slot.opening).close();
    }
  }

  return {
    async acquire(name, call) {
      if (closed) throw sondeError("closed", `the folder of ${name} was closed`, { id: name });
      const slot = slots.get(name) ?? { opening: open(name), users: 0 };
      slot.users++;
      slots.delete(name);
      slots.set(name, slot);
      try {
        const recording = await slot.opening;
        call.signal.throwIfAborted();
        let released = false;
        return {
          recording,
          async release() {
            if (released) return;
            released = true;
            slot.users--;
            await trim();
          },
        };
      } catch (error) {
        slot.users--;
        // What could not be opened is opened anew by the next caller.
        if (!call.signal.aborted && slots.get(name) === slot) slots.delete(name);
        throw error;
      }
    },
    async close() {
      closed = true;
      const open = [...slots.values()];
      slots.clear();
      for (const result of await Promise.allSettled(open.map((slot) => slot.opening)))
        if (result.status === "fulfilled") await result.value.close();
    },
  };
}
