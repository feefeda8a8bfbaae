import { type SondeError, sondeError } from "../errors.js";

/** What no repetition heals: the certificate. */
const CERTIFICATE = /CERT|SELF_SIGNED|UNABLE_TO_(VERIFY|GET_ISSUER)|ERR_TLS|ERR_SSL/;

/** A failure below HTTP: refused, reset, unknown host, bad certificate. `fetch` hides which in its causes. */
export function networkError(cause: unknown, target: string): SondeError<"connection"> {
  const code = innermostCode(cause);
  const retryable = code === undefined || !CERTIFICATE.test(code);
  const advice = retryable ? "check that the server runs and can be reached" : "its certificate is not trusted here";
  return sondeError("connection", `no answer from ${target}${code ? ` (${code})` : ""}: ${advice}`, { target, retryable, cause });
}

function innermostCode(error: unknown): string | undefined {
  let code: string | undefined;
  for (let depth = 0; depth < 8 && error instanceof Error; depth++) {
    if ("code" in error && typeof error.code === "string") code = error.code;
    error = error.cause;
  }
  return code;
}
