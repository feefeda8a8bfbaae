import type { Observe } from "@sonde/core/bytes";

/** Given to every method that waits. */
export type InfluxCall = {
  /** Ends the call and its requests; it rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
  /** Told of every request and retry. */
  readonly observe?: Observe | undefined;
};

const never = new AbortController().signal;

export function callOf({ signal = never, observe }: InfluxCall): { readonly signal: AbortSignal; readonly observe: Observe | undefined } {
  signal.throwIfAborted();
  return { signal, observe };
}
