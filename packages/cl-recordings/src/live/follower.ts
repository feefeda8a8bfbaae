import { raceAbort } from "@sonde/core/bytes";

/** Wakes whoever waits for something new. */
export interface Bell {
  ring(): void;
  /** Calls back at the next ring, once. Returns how to stop waiting. */
  wait(callback: () => void): () => void;
}

export function bell(): Bell {
  let waiting = new Set<() => void>();
  return {
    ring() {
      const woken = waiting;
      waiting = new Set();
      for (const callback of woken) callback();
    },
    wait(callback) {
      waiting.add(callback);
      return () => waiting.delete(callback);
    },
  };
}

/** What is there for a follower now: the next value, the end, or nothing yet. Throws what ends the follower. */
export type Pull<T> = () => { readonly value: T } | "end" | undefined;
export type FollowerOptions = {
  readonly signal?: AbortSignal | undefined;
  /** Called once, however the follower ends. */
  readonly release: () => void;
};

/**
 * An iterator over what `pull` gives, which waits for the bell where there is nothing. Unlike an async generator it can be left while a step
 * waits, and an abort ends that step at once with the signal's reason. Steps asked for together are answered in their order.
 */
export function follower<T>(pull: Pull<T>, ringing: Bell, { signal, release }: FollowerOptions): AsyncIterableIterator<T> {
  let over = false;
  let leave: (() => void) | undefined;
  let turn: Promise<unknown> = Promise.resolve();

  function end(): void {
    if (over) return;
    over = true;
    release();
    leave?.();
  }

  async function step(): Promise<IteratorResult<T, undefined>> {
    try {
      for (;;) {
        if (over) return { done: true, value: undefined };
        signal?.throwIfAborted();
        const found = pull();
        if (found === "end") break;
        if (found !== undefined) return { done: false, value: found.value };
        await nextRing();
      }
    } catch (error) {
      end();
      throw error;
    }
    end();
    return { done: true, value: undefined };
  }

  async function nextRing(): Promise<void> {
    let stop = () => {};
    const rung = new Promise<void>((resolve) => {
      stop = ringing.wait(resolve);
      leave = resolve;
    });
    try {
      await (signal === undefined ? rung : raceAbort(rung, signal));
    } finally {
      stop();
      leave = undefined;
    }
  }

  return {
    next() {
      const result = turn.then(step);
      turn = result.catch(() => {});
      return result;
    },
    async return() {
      end();
      return { done: true, value: undefined };
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}
