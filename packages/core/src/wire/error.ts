import { isSondeError, type SondeError, type SondeErrorCode, type SondeErrorDetails, sondeError } from "../errors.js";
import { fromWireJson, toWireJson } from "./json.js";

/** What of an error crosses the wire: what its code carries, never its cause nor its stack. */
const details: { readonly [Code in SondeErrorCode]: readonly (keyof SondeErrorDetails[Code])[] } = {
  options: ["issues"],
  contract: ["rule"],
  connection: ["target", "status", "retryable"],
  auth: ["target", "status"],
  "not-found": ["id"],
  unsupported: ["what"],
  format: ["key", "offset"],
  limit: ["what", "asked", "allowed", "option"],
  overrun: ["resumeFrom"],
  closed: ["id"],
};

/**
 * An error as JSON: `{ "code", "message", … }` with what its code carries. What Sonde did not foresee says no more than that it
 * happened: its message may hold what is not for others.
 */
export function errorToWire(error: unknown): string {
  const known: SondeError = isSondeError(error)
    ? error
    : sondeError("connection", "the server failed in a way that it did not foresee: its own log has the reason", { retryable: false });
  // Read by the names of its own code's details.
  const all = known as unknown as { readonly [name: string]: unknown };
  const carried = details[known.code].filter((name) => all[name] !== undefined).map((name) => [name, all[name]]);
  return toWireJson({ code: known.code, message: known.message, ...Object.fromEntries(carried) });
}

/** The error of {@link errorToWire}; text of another make is an error `format` itself. */
export function errorFromWire(text: string): SondeError {
  let value: unknown;
  try {
    value = fromWireJson(text);
  } catch {
    value = undefined;
  }
  if (typeof value !== "object" || value === null || !("code" in value) || !("message" in value)) return foreign();
  const { code, message, ...rest } = value;
  if (typeof code !== "string" || !Object.hasOwn(details, code) || typeof message !== "string") return foreign();
  // By the line above.
  const known = code as SondeErrorCode;
  const names = new Set<string>(details[known]);
  const carried = Object.fromEntries(Object.entries(rest).filter(([name]) => names.has(name)));
  // The details are those of the code: the server made them by the same table.
  return sondeError(known, message, carried as unknown as SondeErrorDetails[SondeErrorCode]);
}

function foreign(): SondeError<"format"> {
  return sondeError("format", "the answer is no error of a Sonde server: is this the address of the right one?", {});
}
