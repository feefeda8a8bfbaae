import { delay, isSondeError } from "@sonde/core/bytes";
import type { FileVersion } from "./growing-file.js";

/** Whether the error may come of a file that is being written: its parts do not fit together, or it was cut while it was open. */
export function isOfHalfWritten(error: unknown): boolean {
  return isSondeError(error, "format") || isSondeError(error, "connection");
}

/** A writer that flushes without a pause is given up after so many attempts. */
const mostAttempts = 100;

/**
 * What `open` gives; where it finds a file damaged that was being written meanwhile, it is asked again. `version` tells whether it was:
 * undefined for what is no local file, which is opened once.
 */
export async function openWhileChanging<T>(
  open: () => Promise<T>,
  version: () => Promise<FileVersion | undefined>,
  options: { readonly signal?: AbortSignal | undefined },
): Promise<T> {
  const signal = options.signal ?? new AbortController().signal;
  for (let attempt = 1; ; attempt++) {
    const before = await version();
    signal.throwIfAborted();
    try {
      return await open();
    } catch (error) {
      signal.throwIfAborted();
      if (!isOfHalfWritten(error) || before === undefined || attempt === mostAttempts) throw error;
      const after = await version();
      if (before.settled && after?.text === before.text) throw error;
      await delay("20ms", { signal });
    }
  }
}
