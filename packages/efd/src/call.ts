import type { Call } from "@sonde/core/connector";

/** Given to every method that waits. */
export type CallOptions = {
  /** Ends the call and its requests; it rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: Call["onProgress"] | undefined;
  /** Told of every request. */
  readonly observe?: Call["observe"] | undefined;
};

const never = new AbortController().signal;

/** A whole call from what was given of one. */
export function callOf(options: CallOptions = {}): Call {
  const { signal = never, onProgress = () => {}, observe = () => {} } = options;
  return { signal, onProgress, observe };
}
