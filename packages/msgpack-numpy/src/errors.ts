/**
 * Errors of this package carry the mark and the shape of every other Sonde error, so `isSondeError` of `@sonde/core` knows them;
 * no import is needed for that, the mark is a registered symbol.
 *
 * @module
 */

const mark = Symbol.for("sonde.error");

/** What each code carries besides its message. */
export interface MsgpackErrorDetails {
  /** Options that can't be: each path with what is wrong. */
  readonly options: { readonly issues?: readonly { readonly path: string; readonly message: string }[] };
  /** A value that has no MessagePack form. */
  readonly unsupported: { readonly what?: string };
  /** Damaged or foreign bytes; `offset` counts from the start of the message. */
  readonly format: { readonly key?: string; readonly offset?: number };
  /** More was declared or given than `option` allows; nothing was allocated for it. */
  readonly limit: { readonly what: string; readonly asked: number | bigint; readonly allowed: number | bigint; readonly option?: string };
}

/** What this package throws: narrow it by `code`. */
export type MsgpackError<Code extends keyof MsgpackErrorDetails = keyof MsgpackErrorDetails> = {
  [C in Code]: Error & { readonly code: C } & MsgpackErrorDetails[C];
}[Code];

export function failure<Code extends keyof MsgpackErrorDetails>(
  code: Code,
  message: string,
  details: MsgpackErrorDetails[Code] & { readonly cause?: unknown },
): MsgpackError<Code> {
  const { cause, ...rest } = details;
  const error = new Error(message, cause === undefined ? undefined : { cause });
  error.name = "SondeError";
  Object.defineProperty(error, mark, { value: true });
  // The union over codes can't be followed from a generic `code`: the details are of that code by the signature.
  return Object.assign(error, rest, { code }) as unknown as MsgpackError<Code>;
}

/** Bytes that are not what they should be, at `offset` of the message. */
export const malformed = (message: string, offset: number, cause?: unknown): MsgpackError<"format"> =>
  failure("format", `MessagePack: ${message} (at byte ${offset})`, { offset, cause });
