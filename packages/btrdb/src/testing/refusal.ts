/** The codes that this server answers with, in a `Status` inside a call that succeeds; numbers as BTrDB's. */
export const serverCode = {
  noSuchPoint: 401,
  noSuchStream: 404,
  invalidCollection: 407,
  invalidTagKey: 408,
  invalidTagValue: 409,
  invalidTimeRange: 413,
  insertTooBig: 414,
  invalidPointWidth: 415,
  genericError: 416,
  sameStream: 417,
  ambiguousStream: 418,
  wrongArguments: 421,
  annotationTooBig: 422,
  propertyVersionMismatch: 423,
  faultInjectionDisabled: 424,
  badValue: 425,
  invalidVersions: 427,
  reusedUuid: 429,
  badSql: 441,
  operationNotAllowed: 447,
  versionNotAvailable: 450,
  invariantFailure: 500,
  notImplemented: 501,
} as const;

/** What a handler throws to answer with a status; it stays inside the server. */
export class Refusal extends Error {
  readonly code: number;

  constructor(code: number, message: string) {
    super(message);
    this.code = code;
  }
}

export function refusal(code: number, message: string): Refusal {
  return new Refusal(code, message);
}
