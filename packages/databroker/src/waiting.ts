import type { CallOptions } from "@sonde/core";

/** The caller's signal, or one that never aborts. */
export function waiting(options: CallOptions | undefined): { readonly signal: AbortSignal } {
  return { signal: options?.signal ?? new AbortController().signal };
}
