/**
 * Errors of this package carry the mark and the shape of every other Sonde error, so `isSondeError` of `@sonde/core` knows them;
 * no import is needed for that, the mark is a registered symbol.
 *
 * @module
 */

const mark = Symbol.for("sonde.error");

/** What each code carries besides its message. */
export interface WaveletErrorDetails {
  /** Options or parameters that can't be: each path with what is wrong. */
  readonly options: { readonly issues?: readonly { readonly path: string; readonly message: string }[] };
  /** A version or a type that this package does not know. */
  readonly unsupported: { readonly what?: string };
  /** Damaged or foreign bytes; `offset` counts from the start of the blob. */
  readonly format: { readonly key?: string; readonly offset?: number };
  /** More was declared or given than `option` allows; nothing was allocated for it. */
  readonly limit: { readonly what: string; readonly asked: number | bigint; readonly allowed: number | bigint; readonly option?: string };
}

/** What this package throws: narrow it by `code`. */
export type WaveletError<Code extends keyof WaveletErrorDetails = keyof WaveletErrorDetails> = {
  [C in Code]: Error & { readonly code: C } & WaveletErrorDetails[C];
}[Code];

export function failure<Code extends keyof WaveletErrorDetails>(
  code: Code,
  message: string,
  details: WaveletErrorDetails[Code] & { readonly cause?: unknown },
): WaveletError<Code> {
  const { cause, ...rest } = details;
  const error = new Error(message, cause === undefined ? undefined : { cause });
  error.name = "SondeError";
  Object.defineProperty(error, mark, { value: true });
  // The union over codes can't be followed from a generic `code`: the details are of that code by the signature.
  return Object.assign(error, rest, { code }) as unknown as WaveletError<Code>;
}

/** Bytes that are not what they should be, at `offset` of the blob. */
export const malformed = (what: "WaveletBuffer" | "DriftBytes", message: string, offset: number): WaveletError<"format"> =>
  failure("format", `${what}: ${message} (at byte ${offset})`, { offset });

/** An option or parameter that can't be. */
export const refused = (path: string, message: string): WaveletError<"options"> =>
  failure("options", `${path} ${message}`, { issues: [{ path, message }] });
