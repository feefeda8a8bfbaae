import { type Follower, follow } from "@sonde/core/bytes";
import { type Call, sondeError } from "@sonde/core/connector";
import { type CallOptions, callOf } from "./call.js";
import type { Archive } from "./layout/archive.js";
import type { RowPolicy } from "./read/plan.js";
import type { TimeScale } from "./schema/time-column.js";

/** What every part of one client shares. */
export type Session = {
  readonly archive: Archive;
  readonly policy: RowPolicy;
  /** The column of times that every topic is read by, where the user named one. */
  readonly time: { readonly name?: string | undefined; readonly scale?: TimeScale | undefined };
  /** How often a follower looks for new files, in nanoseconds. */
  readonly pollInterval: bigint;
  /** Runs under the call's signal and the session's: rejects `closed` once the session is. */
  run<T>(options: CallOptions | undefined, work: (call: Call) => Promise<T>): Promise<T>;
  iterate<T>(options: CallOptions | undefined, work: (call: Call) => AsyncIterable<T>): AsyncGenerator<T, void, undefined>;
  close(): void;
};

export function createSession(parts: Pick<Session, "archive" | "policy" | "time" | "pollInterval">): Session {
  const life = new AbortController();
  const running = new Set<Follower>();
  const begin = (options: CallOptions | undefined): { readonly call: Call; end(): void } => {
    life.signal.throwIfAborted();
    const call = callOf(options);
    const own = follow([call.signal]);
    running.add(own);
    const end = () => {
      running.delete(own);
      own.release();
    };
    return { call: { ...call, signal: own.signal }, end };
  };
  return {
    ...parts,
    async run(options, work) {
      const { call, end } = begin(options);
      try {
        call.signal.throwIfAborted();
        return await work(call);
      } finally {
        end();
      }
    },
    async *iterate(options, work) {
      const { call, end } = begin(options);
      try {
        call.signal.throwIfAborted();
        yield* work(call);
      } finally {
        end();
      }
    },
    close() {
      if (life.signal.aborted) return;
      const reason = sondeError("closed", `the archive ${parts.archive.store.name} was closed: open it again`, {
        id: parts.archive.store.name,
      });
      life.abort(reason);
      for (const own of running) own.abort(reason);
    },
  };
}
