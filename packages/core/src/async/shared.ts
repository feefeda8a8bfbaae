import { follow } from "./follow.js";
import { raceAbort } from "./race.js";

/** One piece of work that several callers wait for. */
export interface Shared<T> {
  /** Leaves with the signal's reason when it aborts; the work itself is aborted once everyone has left. */
  join(options: { readonly signal: AbortSignal }): Promise<T>;
  /** Everyone left before the work was done: who comes now must start anew. */
  readonly abandoned: boolean;
}

/** Starts at once, under a signal of its own, so that the caller who came first can leave without failing the others. */
export function share<T>(work: (options: { readonly signal: AbortSignal }) => Promise<T>): Shared<T> {
  const own = follow([]);
  let waiting = 0;
  let settled = false;
  const result = work({ signal: own.signal });
  const settle = () => {
    settled = true;
  };
  result.then(settle, settle);
  return {
    async join({ signal }) {
      waiting += 1;
      try {
        return await raceAbort(result, signal);
      } finally {
        waiting -= 1;
        if (waiting === 0 && !settled) own.abort(signal.reason);
      }
    },
    get abandoned() {
      return own.signal.aborted;
    },
  };
}
