import { onAbort } from "./on-abort.js";

/** A signal of one's own that also aborts with those it follows. */
export interface Follower {
  readonly signal: AbortSignal;
  /** Aborts this signal only. */
  abort(reason: unknown): void;
  /** Stops following; call it in `finally`. Idempotent. */
  release(): void;
}

/**
 * Follows every parent: the first that aborts gives its reason, unwrapped. Costs about a microsecond and leaves nothing behind once
 * released, however long the parents live.
 */
export function follow(parents: readonly AbortSignal[]): Follower {
  const controller = new AbortController();
  const stops: (() => void)[] = [];
  const release = () => {
    for (const stop of stops.splice(0)) stop();
  };
  for (const parent of parents) {
    if (controller.signal.aborted) break;
    stops.push(
      onAbort(parent, (reason) => {
        controller.abort(reason);
        release();
      }),
    );
  }
  if (controller.signal.aborted) release();
  return { signal: controller.signal, abort: (reason) => controller.abort(reason), release };
}

/** Runs work under a signal that aborts with the first of the parents, and leaves nothing behind; one aborted already starts none. */
export async function whileFollowing<T>(parents: readonly AbortSignal[], work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const own = follow(parents);
  try {
    own.signal.throwIfAborted();
    return await work(own.signal);
  } finally {
    own.release();
  }
}
