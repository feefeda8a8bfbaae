import { sondeError } from "../errors.js";
import { onAbort } from "./on-abort.js";

/** At most so many tasks at a time; the others wait in the order in which they came. */
export interface Semaphore {
  /** Rejects with the signal's reason if it aborts while waiting; a running task sees to its signal itself. */
  run<T>(task: () => Promise<T>, options: { readonly signal: AbortSignal }): Promise<T>;
  readonly running: number;
  readonly waiting: number;
}

/**
 * @example
 * ```ts
 * const requests = semaphore(6);
 * const objects = await Promise.all(keys.map((key) => requests.run(() => get(key, { signal }), { signal })));
 * ```
 */
export function semaphore(permits: number): Semaphore {
  if (!Number.isInteger(permits) || permits < 1) {
    throw sondeError("options", `a semaphore needs a whole number of permits from 1 on, got ${permits}`, {});
  }
  let running = 0;
  // A set keeps the order of arrival and forgets an aborted waiter at once.
  const queue = new Set<() => void>();

  const acquire = (signal: AbortSignal) =>
    new Promise<void>((resolve, reject) => {
      const start = () => {
        stop();
        queue.delete(start);
        running += 1;
        resolve();
      };
      const stop = onAbort(signal, (reason) => {
        queue.delete(start);
        reject(reason);
      });
      queue.add(start);
    });

  return {
    async run(task, { signal }) {
      signal.throwIfAborted();
      if (running < permits) running += 1;
      else await acquire(signal);
      try {
        return await task();
      } finally {
        running -= 1;
        // The permit passes to the next waiter in this same step, so that nobody who comes now overtakes it.
        const [next] = queue;
        next?.();
      }
    },
    get running() {
      return running;
    },
    get waiting() {
      return queue.size;
    },
  };
}
