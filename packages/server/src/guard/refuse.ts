import { sondeError } from "@sonde/core";
import { errorToWire } from "@sonde/core/wire";

/** A refusal before anything is asked of an archive, in the form of every other error. */
export function refuse(status: 401 | 403 | 415 | 429, message: string): Response {
  const error = errorToWire(sondeError("auth", message, { status }));
  const body = JSON.stringify({ type: "about:blank", title: "auth", status, detail: message, error });
  return new Response(body, { status, headers: { "content-type": "application/problem+json", "cache-control": "no-store" } });
}
