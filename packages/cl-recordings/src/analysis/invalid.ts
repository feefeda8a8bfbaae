import { type SondeError, sondeError } from "@sonde/core/connector";

/** The error for an option or a train that an analysis can't work with. */
export function invalid(path: string, message: string): SondeError<"options"> {
  return sondeError("options", message, { issues: [{ path, message }] });
}
