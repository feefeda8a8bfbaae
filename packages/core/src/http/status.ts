import { type SondeError, sondeError } from "../errors.js";

/** How long a server asked to wait, kept beside its error: the error's shape is the same for all transports. */
const waits = new WeakMap<object, bigint>();

/** The `Retry-After` that came with an error of {@link statusError}, in nanoseconds from when it came. */
export function retryAfterOf(error: unknown): bigint | undefined {
  return error instanceof Object ? waits.get(error) : undefined;
}

/**
 * The one place where a status becomes an error.
 *
 * | status | code | retryable |
 * | --- | --- | --- |
 * | 401, 403, 407 | `auth` | |
 * | 404, 410 | `not-found` | |
 * | 408, 425, 429 | `connection` | yes |
 * | 500, 502, 503, 504, other 5xx | `connection` | yes |
 * | 501, 505 | `connection` | no |
 * | 3xx, other 4xx (400, 405, 409, 412, 416, …) | `connection` | no |
 *
 * 409 is not retried: a conflict stays until someone resolves it.
 */
export function statusError(
  response: { readonly status: number; readonly headers: Headers },
  target: string,
  said?: string,
): SondeError<"auth" | "not-found" | "connection"> {
  const { status } = response;
  const answer = `${target} answered ${status}${said ? ` (${said})` : ""}`;
  if (status === 401 || status === 403 || status === 407) {
    return sondeError("auth", `${answer}: check the credentials and what they may read`, { target, status });
  }
  if (status === 404 || status === 410) return sondeError("not-found", `${answer}: there is nothing by that name`, { id: target });
  const retryable = status === 408 || status === 425 || status === 429 || (status >= 500 && status !== 501 && status !== 505);
  const advice = retryable ? "try again later" : status < 400 ? "use the address that it redirects to" : "the server refuses this request";
  const error = sondeError("connection", `${answer}: ${advice}`, { target, status, retryable });
  const wait = retryAfter(response.headers.get("retry-after"));
  if (wait !== undefined) waits.set(error, wait);
  return error;
}

/** RFC 9110, 10.2.3: whole seconds, or a date by this machine's clock. */
function retryAfter(value: string | null): bigint | undefined {
  if (value === null) return undefined;
  if (/^\d{1,9}$/.test(value)) return BigInt(value) * 1_000_000_000n;
  const milliseconds = Date.parse(value) - Date.now();
  return Number.isNaN(milliseconds) ? undefined : BigInt(Math.max(0, milliseconds)) * 1_000_000n;
}
