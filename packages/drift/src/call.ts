import type { Call } from "@sonde/core/connector";
import type { BackEndCall } from "./backends/types.js";

/** Given to every method that waits. */
export type CallOptions = {
  /** Ends the call at once; it rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
  /** Told of every request and retry. */
  readonly observe?: Call["observe"] | undefined;
};

const never = new AbortController().signal;

export function callOf({ signal = never, observe }: CallOptions = {}): BackEndCall {
  return observe === undefined ? { signal } : { signal, observe };
}
