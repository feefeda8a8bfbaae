import { follow } from "../async/follow.js";
import { raceAbort } from "../async/race.js";
import { turn } from "../async/turn.js";
import type { ActivityEvent, Call, Progress } from "../contract.js";
import { sondeError } from "../errors.js";
import type { CallOptions, Observe } from "./types.js";

/** One call under way. Whoever starts it releases it in `finally`. */
interface RunningCall extends Call {
  /** Adds what the façade itself sees pass: rows, and bytes where the driver reports none. */
  count(rows: number, bytes: number): void;
  /** Ends the call: what the driver still does for it is no longer needed. */
  release(): void;
}

/** The calls of one source: each with a signal of its own that follows the user's and the source's closing. */
export interface Calls {
  /** Awaits one answer. An aborted signal asks nothing; an abort rejects at once with its reason, whatever the driver does. */
  run<T>(what: string, options: CallOptions | undefined, work: (call: Call) => Promise<T>): Promise<T>;
  /** Yields answers, giving the event loop a turn between them; stopping early aborts the driver's signal and returns its iterator. */
  iterate<T>(
    what: string,
    options: CallOptions | undefined,
    work: (call: Call & Pick<RunningCall, "count">) => AsyncIterable<T>,
  ): AsyncGenerator<T, void, undefined>;
  /** For what core itself does: push-downs and closing. */
  observe(event: ActivityEvent): void;
  /** Every call under way, and every later one, rejects `closed`. */
  close(): void;
}

/** `name` is the connector's id: it stands in every message. */
export function createCalls(name: string, observe: Observe = () => {}): Calls {
  const running = new Map<{ abort(reason: unknown): void }, string>();
  let closed = false;

  const closedError = (what: string) =>
    sondeError("closed", `${name}: the source was closed before ${what} was done: await it first, or open the source again`, { id: what });

  const report = (event: ActivityEvent) => observe({ ...event, connector: name });

  function start(what: string, options: CallOptions | undefined): RunningCall {
    if (closed) throw closedError(what);
    const follower = follow(options?.signal ? [options.signal] : []);
    running.set(follower, what);
    const totals = { rows: 0, bytes: 0 };
    let driverSays: Progress | undefined;
    const tell = () => {
      const bytes = driverSays?.bytes || totals.bytes;
      const total = driverSays?.totalBytes;
      options?.onProgress?.({ rows: totals.rows || (driverSays?.rows ?? 0), bytes, ...(total === undefined ? {} : { totalBytes: total }) });
    };
    return {
      signal: follower.signal,
      observe: report,
      onProgress: (progress) => {
        driverSays = progress;
        tell();
      },
      count(rows, bytes) {
        totals.rows += rows;
        totals.bytes += bytes;
        tell();
      },
      release() {
        running.delete(follower);
        follower.release();
        follower.abort(new DOMException(`${name}: ${what} has ended`, "AbortError"));
      },
    };
  }

  return {
    observe: report,
    async run(what, options, work) {
      const call = start(what, options);
      try {
        call.signal.throwIfAborted();
        return await raceAbort(work(call), call.signal);
      } finally {
        call.release();
      }
    },
    async *iterate(what, options, work) {
      const call = start(what, options);
      let iterator: ReturnType<ReturnType<typeof work>[typeof Symbol.asyncIterator]> | undefined;
      let done = false;
      try {
        call.signal.throwIfAborted();
        iterator = work(call)[Symbol.asyncIterator]();
        for (;;) {
          const wait = turn(call.signal);
          if (wait) await wait;
          const step = await raceAbort(iterator.next(), call.signal);
          if (step.done) {
            done = true;
            return;
          }
          yield step.value;
          call.signal.throwIfAborted();
        }
      } finally {
        const aborted = call.signal.aborted;
        call.release();
        const returned = done ? undefined : iterator?.return?.();
        // A step that hangs would keep `return` waiting: the abort is told without it.
        if (aborted) returned?.catch(() => {});
        else await returned;
      }
    },
    close() {
      if (closed) return;
      closed = true;
      for (const [follower, what] of running) follower.abort(closedError(what));
      running.clear();
    },
  };
}
