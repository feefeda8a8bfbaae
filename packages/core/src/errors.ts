/**
 * Every failure that Sonde foresees is an `Error` with a `code`, made here and told apart by {@link isSondeError}.
 * The mark is a registered symbol, so errors of another copy of core, or of a package that does not import core, are recognised too.
 *
 * @module
 */

const mark = Symbol.for("sonde.error");

/** What each code carries besides its message. */
export interface SondeErrorDetails {
  /** Options that the schema refuses; `issues` names each path. */
  readonly options: { readonly issues?: readonly { readonly path: string; readonly message: string }[] };
  /** A connector that breaks the contract, or one made for another version of it. */
  readonly contract: { readonly rule?: string };
  /** The archive did not answer, or with a status that says nothing of the data. */
  readonly connection: { readonly target?: string; readonly status?: number; readonly retryable: boolean };
  /** Credentials are missing, wrong or expired. */
  readonly auth: { readonly target?: string; readonly status?: number };
  /** No such stream, key, collection or file. */
  readonly "not-found": { readonly id: string };
  /** The archive, the stream or the runtime can't do this. */
  readonly unsupported: { readonly what?: string };
  /** Damaged or foreign bytes: where they are, as far as it is known. */
  readonly format: { readonly key?: string; readonly offset?: number };
  /** More was declared or asked than `option` allows; nothing was allocated for it. */
  readonly limit: { readonly what: string; readonly asked: number | bigint; readonly allowed: number | bigint; readonly option?: string };
  /** A live reader was too slow: what it missed, and where to go on. */
  readonly overrun: { readonly resumeFrom?: bigint };
  /** The source, stream or file was closed. */
  readonly closed: { readonly id?: string };
}

export type SondeErrorCode = keyof SondeErrorDetails;

/** An error of a known kind: narrow it by {@link isSondeError}, never by `instanceof`. */
export type SondeError<Code extends SondeErrorCode = SondeErrorCode> = {
  [C in Code]: Error & { readonly code: C } & SondeErrorDetails[C];
}[Code];

/**
 * The one maker of errors. The message says what failed, which key or id, and what to do next; it never holds a secret.
 *
 * @example
 * ```ts
 * throw sondeError("not-found", "no stream 'temp' in plant.db: list them with `sonde ls plant.db`", { id: "temp" });
 * ```
 */
export function sondeError<Code extends SondeErrorCode>(
  code: Code,
  message: string,
  details: SondeErrorDetails[Code] & { readonly cause?: unknown },
): SondeError<Code> {
  const { cause, ...rest } = details;
  const error = new Error(message, cause === undefined ? undefined : { cause });
  error.name = "SondeError";
  Object.defineProperty(error, mark, { value: true });
  // The union over codes can't be followed from a generic `code`: the details are of that code by the signature.
  return Object.assign(error, rest, { code }) as unknown as SondeError<Code>;
}

/**
 * Whether a value is an error of Sonde, of one code where `code` is given.
 *
 * @example
 * ```ts
 * if (isSondeError(error, "limit")) console.log(error.option);
 * ```
 */
export function isSondeError(value: unknown): value is SondeError;
export function isSondeError<Code extends SondeErrorCode>(value: unknown, code: Code): value is SondeError<Code>;
export function isSondeError(value: unknown, code?: SondeErrorCode): boolean {
  return value instanceof Object && mark in value && (code === undefined || ("code" in value && value.code === code));
}
