/**
 * Failures as they cross to the main thread, which makes typed errors of them.
 *
 * @typedef {"not-found" | "link" | "limit" | "memory" | "source" | "hdf5" | "trap"} FailureKind
 * @typedef {{ kind: FailureKind, message: string, detail?: string, cause?: unknown, asked?: number, allowed?: number, option?: string }} Failure
 */

/** Thrown inside the worker where we say no, rather than HDF5. */
export class Refusal extends Error {
  /** @param {Failure} failure */
  constructor(failure) {
    super(failure.message);
    this.failure = failure;
  }
}

const absent = /doesn't exist|not found|no such|name doesn't exist|component not found|not defined/i;
const full = /memory allocation failed|out of memory|no space available for allocation|can't allocate|unable to allocate/i;

/**
 * Whatever was thrown: an error of ours, of HDF5 (its whole stack as text), of WebAssembly, a number, an object.
 *
 * @param {unknown} thrown
 * @returns {Failure}
 */
export function failureOf(thrown) {
  if (thrown instanceof Refusal) return thrown.failure;
  if (thrown instanceof WebAssembly.RuntimeError || (thrown instanceof RangeError && /stack/i.test(thrown.message))) {
    return { kind: "trap", message: thrown.message };
  }
  const text = thrown instanceof Error ? thrown.message : String(thrown);
  if (!text.startsWith("HDF5-DIAG")) {
    if (full.test(text) || thrown instanceof RangeError) return { kind: "memory", message: text };
    if (absent.test(text)) return { kind: "not-found", message: text };
    return { kind: thrown instanceof Error ? "hdf5" : "trap", message: text };
  }
  // "  #009: …/H5Gloc.c line 381 in H5G__loc_find_cb(): object 'nope' doesn't exist": the last is the deepest, where it began.
  const entries = [...text.matchAll(/^\s*#\d+: .*? in \w+\(\): (.*)$/gm)].map((match) => match[1] ?? "");
  const message = entries.at(-1) ?? "HDF5 gave no reason";
  const kind = full.test(message) ? "memory" : /Object not found/.test(text) && absent.test(text) ? "not-found" : "hdf5";
  return { kind, message, detail: text };
}

/** What is wrong in a file HDF5 says, when it reads it. @template Result @param {() => Result} look @returns {Result | undefined} */
export function unlessUnusual(look) {
  try {
    return look();
  } catch (error) {
    if (failureOf(error).kind === "source") throw error;
    return undefined;
  }
}
