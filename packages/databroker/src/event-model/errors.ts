import { isSondeError, type SondeError, type SondeErrorCode, type SondeErrorDetails, sondeError } from "@sonde/core/bytes";

/** The event model's own names of what goes wrong, and the code that each has among all errors of Sonde. */
const codes = {
  /** A document is not what its schema says. */
  EventModelValidationError: "format",
  EventModelKeyError: "not-found",
  EventModelValueError: "options",
  /** A document came where none may: after the stop, of another run. */
  EventModelRuntimeError: "format",
  /** Data were asked for that only a datum id names. */
  UnfilledData: "unsupported",
  /** No handler is registered for a spec or mimetype. */
  UndefinedAssetSpecification: "unsupported",
  /** The files of an asset can't be read. */
  DataNotAccessible: "connection",
  /** A document refers to one that never came: a datum without its resource, an event without its descriptor. */
  UnresolvableForeignKeyError: "format",
  /** An event has other keys than its descriptor. */
  MismatchedDataKeys: "format",
  /** Two handlers for one spec. */
  DuplicateHandler: "options",
  /** A data key or stream that the run has not. */
  RunNotFound: "not-found",
  /** A beginning of a uid that several runs have; `matches` lists up to ten. */
  AmbiguousUid: "options",
  /** Further back than there are runs; `count` is their number. */
  IndexOutOfRange: "not-found",
} as const satisfies Record<string, SondeErrorCode>;

export type EventModelErrorName = keyof typeof codes;
type CodeOf<Name extends EventModelErrorName> = (typeof codes)[Name];
type Extra = { readonly matches?: readonly string[]; readonly count?: number; readonly cause?: unknown };

/** An error of Sonde that is also known by its name in the event model: `error.name`. */
export type EventModelError<Name extends EventModelErrorName = EventModelErrorName> = SondeError<CodeOf<Name>> & {
  readonly name: Name;
} & Extra;

/** Makes an error by its name in the event model; the code follows from it. */
export function eventModelError<Name extends EventModelErrorName>(
  name: Name,
  message: string,
  details: SondeErrorDetails[CodeOf<Name>] & Extra,
): EventModelError<Name> {
  const error = sondeError(codes[name], message, details);
  // `name` is writable on every Error; the intersection is what was just made.
  return Object.assign(error, { name }) as unknown as EventModelError<Name>;
}

/** Whether a value is such an error, of one name where `name` is given. */
export function isEventModelError<Name extends EventModelErrorName = EventModelErrorName>(
  value: unknown,
  name?: Name,
): value is EventModelError<Name> {
  return isSondeError(value) && (name === undefined ? Object.hasOwn(codes, value.name) : value.name === name);
}
