import { createLimiter, readText, sondeError, statusError } from "@sonde/core/bytes";
import { childOf, parseXml } from "./xml.js";

/** What a server says in refusing (Amazon S3 API Reference, "Error responses"). Its messages stay there: they may repeat what they were sent. */
export type Refusal = { readonly code: string | undefined; readonly region: string | undefined };

const SKEWED: ReadonlySet<string> = new Set(["RequestTimeTooSkewed", "RequestInTheFuture"]);
const BUSY: ReadonlySet<string> = new Set(["SlowDown", "ServiceUnavailable", "InternalError", "RequestTimeout", "Busy", "Throttling"]);
const EXPIRED: ReadonlySet<string> = new Set(["ExpiredToken", "TokenRefreshRequired", "RequestExpired"]);
const ELSEWHERE: ReadonlySet<string> = new Set([
  "PermanentRedirect",
  "TemporaryRedirect",
  "AuthorizationHeaderMalformed",
  "IllegalLocationConstraintException",
]);

export async function readRefusal(response: Response, signal: AbortSignal): Promise<Refusal> {
  let body: string;
  try {
    body = await readText(response, createLimiter({ maxBytes: 64 * 1024 }), { signal });
  } catch {
    signal.throwIfAborted();
    body = "";
  }
  const error = errorOf(body);
  const region = response.headers.get("x-amz-bucket-region") ?? childOf(error, "Region")?.text;
  return { code: word(childOf(error, "Code")?.text), region: word(region ?? undefined) };
}

function errorOf(body: string) {
  try {
    const root = parseXml(body, "");
    return root.name === "Error" ? root : undefined;
  } catch {
    // A proxy's page, or no body, as after HEAD: the status says enough.
    return undefined;
  }
}

/** A name and nothing else: what is longer or has other characters is no code. */
function word(text: string | undefined): string | undefined {
  return text !== undefined && /^[A-Za-z0-9.-]{1,64}$/.test(text) ? text : undefined;
}

/** The credentials were good once: new ones may help. */
export function isExpired({ code }: Refusal): boolean {
  return code !== undefined && EXPIRED.has(code);
}

/** The typed error of a refusal. Core's table of statuses decides, except where the server's code says more than its status. */
export function refusalError(
  response: Response,
  { code, region }: Refusal,
  asked: { readonly target: string; readonly bucket: string; readonly region: string },
) {
  const { target, bucket } = asked;
  const { status } = response;
  const answer = `${target} answered ${status}${code ? ` (${code})` : ""}`;
  // The answer to HEAD has no body: what its headers tell must do.
  if (code === undefined ? status === 403 && skew(response) > SIGNATURE_MILLISECONDS : SKEWED.has(code)) {
    return sondeError("auth", `${answer}: ${clockAdvice(response)}, and signatures hold for 15 minutes: set the clock`, { target, status });
  }
  if (code !== undefined && EXPIRED.has(code)) {
    return sondeError("auth", `${answer}: the credentials have expired, get new ones or pass \`credentials\` as a function`, {
      target,
      status,
    });
  }
  const misplaced = code === undefined ? status === 400 && region !== undefined && region !== asked.region : ELSEWHERE.has(code);
  if (misplaced || status === 301) {
    const advice = region
      ? `the bucket is in region ${region}: pass region "${region}"`
      : "the bucket is in another region or at another endpoint";
    return sondeError("connection", `${answer}: ${advice}`, { target, status, retryable: false });
  }
  if (code === "NoSuchBucket") return sondeError("not-found", `${answer}: there is no bucket ${bucket} here`, { id: target });
  if (code !== undefined && BUSY.has(code) && status < 500) {
    return sondeError("connection", `${answer}: try again later`, { target, status, retryable: true });
  }
  return statusError(response, target, code);
}

const SIGNATURE_MILLISECONDS = 15 * 60_000;

/** How far the server's clock is from this machine's; NaN where it does not tell. */
function skew(response: Response): number {
  return Math.abs(Date.parse(response.headers.get("date") ?? "") - Date.now());
}

function clockAdvice(response: Response): string {
  const minutes = Math.round(skew(response) / 60_000);
  if (Number.isNaN(minutes) || minutes === 0) return "this machine's clock is off";
  const ahead = Date.parse(response.headers.get("date") ?? "") < Date.now();
  return `this machine's clock is ${minutes} minutes ${ahead ? "ahead of" : "behind"} the server's`;
}
