import type { Call } from "@sonde/core/connector";

/** Given to every method that waits. */
export type CallOptions = {
  /** Ends the call at once and resets its stream on the server; it rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
  /** Told of every request and retry. */
  readonly observe?: Call["observe"] | undefined;
};
