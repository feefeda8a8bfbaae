import { type SondeError, sondeError } from "@sonde/core";

/** Bytes that no pickle has: an attribute that only looks like one (ASCII text that ends in a full stop). */
export const malformed = (what: string, offset: number): SondeError<"format"> =>
  sondeError("format", `not a pickle: ${what} at byte ${offset}`, { offset });

/** A pickle that asks for what is not data: a function call, a class, a persistent id. */
export const refused = (what: string): SondeError<"unsupported"> =>
  sondeError("unsupported", `pickle refused: ${what}; its bytes are kept as they are`, { what });

/** A pickle larger, deeper or more tangled than any attribute needs to be. */
export const excessive = (what: string, asked: number, allowed: number): SondeError<"limit"> =>
  sondeError("limit", `pickle refused: ${asked} ${what}, ${allowed} are allowed; its bytes are kept as they are`, { what, asked, allowed });
