import { delay } from "../async/delay.js";
import { isSondeError } from "../errors.js";
import { toSpan } from "../time/span.js";
import type { Span } from "../time/types.js";
import { retryAfterOf } from "./status.js";

export type RetryOptions = {
  readonly signal: AbortSignal;
  /** In all, the first included. Default 4. */
  readonly attempts?: number | undefined;
  /** The first wait is up to so long, the next up to twice as long, and so on. Default "200ms". */
  readonly baseDelay?: Span | undefined;
  /** No wait is longer; a server that asks for longer by Retry-After is given up at once. Default "20s". */
  readonly maxDelay?: Span | undefined;
  /** Default: `connection` errors that say they are retryable. */
  readonly shouldRetry?: ((error: unknown) => boolean) | undefined;
  /** Told before each wait; `attempt` is the one that failed, from 1. */
  readonly onRetry?: ((event: { readonly attempt: number; readonly delay: bigint; readonly error: unknown }) => void) | undefined;
};

/**
 * Calls `task` until it succeeds, for tasks that may be repeated. Waits grow exponentially, each drawn evenly from zero to its bound
 * ("full jitter"), so that clients that failed together do not come back together. An abort lands at once, in a wait too.
 * Rejects with the last error as it is.
 */
export async function retry<T>(task: (attempt: number) => Promise<T>, options: RetryOptions): Promise<T> {
  const { signal, attempts = 4, shouldRetry = isRetryable } = options;
  const baseDelay = toSpan(options.baseDelay ?? "200ms");
  const maxDelay = toSpan(options.maxDelay ?? "20s");
  for (let attempt = 1; ; attempt++) {
    signal.throwIfAborted();
    try {
      return await task(attempt);
    } catch (error) {
      if (signal.aborted || attempt >= attempts || !shouldRetry(error)) throw error;
      const asked = retryAfterOf(error) ?? 0n;
      if (asked > maxDelay) throw error;
      const drawn = jitter(baseDelay * 2n ** BigInt(Math.min(attempt - 1, 62)), maxDelay);
      const wait = asked > drawn ? asked : drawn;
      options.onRetry?.({ attempt, delay: wait, error });
      await delay(wait, { signal });
    }
  }
}

/** Whether an error says itself that trying again may help. */
export function isRetryable(error: unknown): boolean {
  return isSondeError(error, "connection") && error.retryable;
}

function jitter(bound: bigint, maxDelay: bigint): bigint {
  const longest = bound < maxDelay ? bound : maxDelay;
  return BigInt(Math.floor(Math.random() * Number(longest)));
}
