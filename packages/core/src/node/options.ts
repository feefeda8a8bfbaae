import type { Progress } from "../contract.js";

/** What every writer takes besides its format's options. */
export type CallOptions = {
  readonly signal?: AbortSignal | undefined;
  /** Rows read and bytes written so far, after each piece. */
  readonly onProgress?: ((progress: Progress) => void) | undefined;
};
