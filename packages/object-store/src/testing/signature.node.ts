import { createHash, createHmac, timingSafeEqual } from "node:crypto";

/** A key pair that a server of this package knows. */
export type KeyPair = { readonly accessKeyId: string; readonly secretAccessKey: string; readonly sessionToken?: string | undefined };

export type SignedRequest = {
  readonly method: string;
  /** As on the request line, still encoded, without the query. */
  readonly path: string;
  /** As on the request line, without "?". */
  readonly query: string;
  readonly headers: { readonly [name: string]: string | undefined };
};
/** Undefined: the signature is right. Else the code that S3 answers. */
export type Verdict = { readonly status: number; readonly code: string } | undefined;

const ALGORITHM = "AWS4-HMAC-SHA256";
const SKEW_MILLISECONDS = 15 * 60_000;

/**
 * Verifies AWS Signature Version 4 in the Authorization header or in the query, by the description in the AWS IAM User Guide ("Create a signed AWS API
 * request") and the Amazon S3 API Reference ("Authenticating Requests"). Written apart from what signs, so that the two can disagree.
 */
export function verify(request: SignedRequest, keys: KeyPair, region: string, now: number): Verdict {
  const query = queryOf(request.query);
  const inQuery = query.find(([name]) => name === "X-Amz-Signature")?.[1];
  const claims = inQuery === undefined ? fromHeader(request) : fromQuery(query);
  if (claims === undefined) return { status: 403, code: "AccessDenied" };
  const { credential, signedHeaders, signature, date } = claims;
  const [accessKeyId, day, itsRegion, service, end] = credential.split("/");
  if (accessKeyId !== keys.accessKeyId) return { status: 403, code: "InvalidAccessKeyId" };
  if (service !== "s3" || end !== "aws4_request" || itsRegion !== region) return { status: 400, code: "AuthorizationHeaderMalformed" };
  const time = timeOf(date);
  if (Number.isNaN(time) || day !== date.slice(0, 8)) return { status: 403, code: "AccessDenied" };
  if (inQuery === undefined && Math.abs(now - time) > SKEW_MILLISECONDS) return { status: 403, code: "RequestTimeTooSkewed" };
  if (inQuery !== undefined && now > time + Number(queryValue(query, "X-Amz-Expires")) * 1000) return { status: 403, code: "AccessDenied" };
  const token = inQuery === undefined ? request.headers["x-amz-security-token"] : queryValue(query, "X-Amz-Security-Token");
  if ((token ?? "") !== (keys.sessionToken ?? "")) return { status: 400, code: token ? "ExpiredToken" : "InvalidToken" };
  if (!signedHeaders.includes("host")) return { status: 403, code: "AccessDenied" };
  // Whatever speaks of Amazon must be signed.
  for (const name of Object.keys(request.headers)) {
    if (name.startsWith("x-amz-") && !signedHeaders.includes(name)) return { status: 403, code: "AccessDenied" };
  }
  const payload = inQuery === undefined ? (request.headers["x-amz-content-sha256"] ?? "") : "UNSIGNED-PAYLOAD";
  const others = query.filter(([name]) => name !== "X-Amz-Signature");
  const expected = signatureOf({ ...request, query: others }, signedHeaders, payload, date, region, keys.secretAccessKey);
  const right = signature.length === expected.length && timingSafeEqual(Buffer.from(signature), Buffer.from(expected));
  return right ? undefined : { status: 403, code: "SignatureDoesNotMatch" };
}

/** A URL that may be used without credentials for so many seconds. */
export function presignedUrl(
  url: URL,
  options: { readonly method: string; readonly keys: KeyPair; readonly region: string; readonly now: number; readonly seconds: number },
): string {
  const { method, keys, region, now, seconds } = options;
  const date = new Date(now).toISOString().replace(/[-:]|\.\d{3}/g, "");
  const query: [string, string][] = [
    ["X-Amz-Algorithm", ALGORITHM],
    ["X-Amz-Credential", `${keys.accessKeyId}/${date.slice(0, 8)}/${region}/s3/aws4_request`],
    ["X-Amz-Date", date],
    ["X-Amz-Expires", String(seconds)],
    ["X-Amz-SignedHeaders", "host"],
  ];
  if (keys.sessionToken) query.push(["X-Amz-Security-Token", keys.sessionToken]);
  const request = { method, path: url.pathname, query, headers: { host: url.host } };
  const signature = signatureOf(request, ["host"], "UNSIGNED-PAYLOAD", date, region, keys.secretAccessKey);
  return `${url.origin}${url.pathname}?${canonicalQuery([...query, ["X-Amz-Signature", signature]])}`;
}

type Pairs = readonly (readonly [string, string])[];

function signatureOf(
  request: Omit<SignedRequest, "query"> & { readonly query: Pairs },
  signedHeaders: readonly string[],
  payload: string,
  date: string,
  region: string,
  secret: string,
): string {
  const canonical = [
    request.method,
    request.path
      .split("/")
      .map((segment) => escaped(decode(segment)))
      .join("/"),
    canonicalQuery(request.query),
    ...signedHeaders.map((name) => `${name}:${(request.headers[name] ?? "").trim().replace(/ +/g, " ")}`),
    "",
    signedHeaders.join(";"),
    payload,
  ].join("\n");
  const scope = `${date.slice(0, 8)}/${region}/s3/aws4_request`;
  const text = [ALGORITHM, date, scope, createHash("sha256").update(canonical).digest("hex")].join("\n");
  let key: string | Buffer = `AWS4${secret}`;
  for (const part of scope.split("/")) key = createHmac("sha256", key).update(part).digest();
  return createHmac("sha256", key).update(text).digest("hex");
}

function fromHeader(request: SignedRequest) {
  const match = /^AWS4-HMAC-SHA256 +Credential=([^, ]+), *SignedHeaders=([^, ]+), *Signature=([0-9a-f]{64})$/.exec(
    request.headers.authorization ?? "",
  );
  const [, credential, signedHeaders, signature] = match ?? [];
  if (credential === undefined || signedHeaders === undefined || signature === undefined) return undefined;
  return { credential, signedHeaders: signedHeaders.split(";"), signature, date: request.headers["x-amz-date"] ?? "" };
}

function fromQuery(query: Pairs) {
  if (queryValue(query, "X-Amz-Algorithm") !== ALGORITHM) return undefined;
  return {
    credential: queryValue(query, "X-Amz-Credential") ?? "",
    signedHeaders: (queryValue(query, "X-Amz-SignedHeaders") ?? "").split(";"),
    signature: queryValue(query, "X-Amz-Signature") ?? "",
    date: queryValue(query, "X-Amz-Date") ?? "",
  };
}

/** 20201107T220000Z in milliseconds. */
function timeOf(date: string): number {
  const [, y, mo, d, h, mi, s] = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(date) ?? [];
  return Date.parse(`${y}-${mo}-${d}T${h}:${mi}:${s}Z`);
}

export function queryOf(query: string): [string, string][] {
  return query
    .split("&")
    .filter((pair) => pair !== "")
    .map((pair) => {
      const equals = pair.indexOf("=");
      return equals < 0 ? [decode(pair), ""] : [decode(pair.slice(0, equals)), decode(pair.slice(equals + 1))];
    });
}

function queryValue(query: Pairs, name: string): string | undefined {
  return query.find(([key]) => key === name)?.[1];
}

function canonicalQuery(query: Pairs): string {
  // By name first: "-" comes before "=".
  return query
    .map(([name, value]) => [escaped(name), escaped(value)])
    .sort(([a = "", v = ""], [b = "", w = ""]) => (a < b || (a === b && v < w) ? -1 : 1))
    .map((pair) => pair.join("="))
    .join("&");
}

/** RFC 3986: everything but unreserved characters, byte by byte. */
function escaped(text: string): string {
  return Array.from(new TextEncoder().encode(text), (byte) => {
    const character = String.fromCharCode(byte);
    return /[A-Za-z0-9._~-]/.test(character) ? character : `%${byte.toString(16).toUpperCase().padStart(2, "0")}`;
  }).join("");
}

export function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
