import { isSondeError, type SondeError, type SondeErrorCode, sondeError } from "@sonde/core/connector";

/** A broken rule: what the driver did, and what to do instead. */
export function violation(message: string, cause?: unknown): SondeError<"contract"> {
  return sondeError("contract", message, { cause });
}

export function ensure(condition: unknown, message: string | (() => string)): asserts condition {
  if (!condition) throw violation(typeof message === "string" ? message : message());
}

/** Exactly the same error, or a violation that shows what came instead. */
export function ensureReason(error: unknown, reason: unknown, what: string): void {
  if (error === reason) return;
  throw violation(`${what} rejected with ${show(error)}, not with signal.reason itself: rethrow the reason unwrapped`, error);
}

/** An error of a code; resolves with it, for more questions. */
export async function rejects<Code extends SondeErrorCode>(
  code: Code,
  what: string,
  run: () => Promise<unknown>,
): Promise<SondeError<Code>> {
  const error = await rejection(what, run);
  if (isSondeError(error, code)) return error;
  throw violation(`${what} rejected with ${show(error)}, not with a Sonde error '${code}': make it with sondeError`, error);
}

/** What `run` rejects or throws with. */
export async function rejection(what: string, run: () => Promise<unknown>): Promise<unknown> {
  let value: unknown;
  try {
    value = await run();
  } catch (error) {
    return error;
  }
  throw violation(`${what} resolved with ${show(value)} where it must reject`);
}

/** A promise, or a violation once `milliseconds` have passed. What comes later is dropped. */
export async function within<T>(milliseconds: number, what: string, promise: PromiseLike<T>): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(violation(`${what} did not settle within ${milliseconds} ms`)), milliseconds);
  });
  promise.then(undefined, () => {});
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

export const pause = (milliseconds: number) => new Promise<void>((resolve) => setTimeout(resolve, milliseconds));

/** A short text for a message. */
export function show(value: unknown): string {
  if (value instanceof Error) return `${isSondeError(value) ? `[${value.code}] ` : ""}${value.name}: ${value.message}`;
  if (typeof value === "bigint") return `${value}n`;
  if (typeof value === "string") return `'${value}'`;
  if (Array.isArray(value)) return `[${value.slice(0, 5).map(show).join(", ")}${value.length > 5 ? ", …" : ""}]`;
  return typeof value === "object" && value !== null
    ? `an object of ${Object.keys(value).slice(0, 5).join(", ") || "nothing"}`
    : String(value);
}

/** What `break` in a `for await` waits for. */
export async function leaving(iterator: AsyncIterator<unknown>): Promise<void> {
  await iterator.return?.();
}
