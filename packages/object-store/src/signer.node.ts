import { createHash, createHmac } from "node:crypto";
import { encodeText } from "./key.js";
import { emptyDigest, type Signer } from "./signer.js";

/**
 * At once, where the platform can: WebCrypto takes a thread's turn for each of the steps, which for an archive of small objects is as much work as
 * reading them. AWS IAM User Guide, "Create a signed AWS API request"; Amazon S3 API Reference, "Authenticating Requests".
 */
export function createSigner(): Signer {
  let key: { readonly of: string; readonly bytes: Buffer } | undefined;
  const keyOf = (secret: string, day: string, region: string): Buffer => {
    const of = JSON.stringify([secret, day, region]);
    if (key?.of !== of) {
      const bytes = [region, "s3", "aws4_request"].reduce(hmac, hmac(`AWS4${secret}`, day));
      key = { of, bytes };
    }
    return key.bytes;
  };

  return (outgoing, { accessKeyId, secretAccessKey, sessionToken }, region) => {
    const { method, url, body } = outgoing;
    const date = new Date().toISOString().replace(/[-:]|\.\d{3}/g, "");
    const day = date.slice(0, 8);
    const digest = body ? sha256(body) : emptyDigest;
    const headers: { [name: string]: string } = Object.create(null);
    for (const [name, value] of Object.entries(outgoing.headers)) headers[name.toLowerCase()] = value;
    headers["x-amz-content-sha256"] = digest;
    headers["x-amz-date"] = date;
    if (sessionToken) headers["x-amz-security-token"] = sessionToken;
    // Others may be changed on the way by proxies.
    const names = ["host", ...Object.keys(headers).filter((name) => name.startsWith("x-amz-"))].sort();
    const values = names.map((name) => `${name}:${(name === "host" ? url.host : (headers[name] ?? "")).trim().replace(/\s+/g, " ")}`);
    const signed = names.join(";");
    const request = [method, canonicalPath(url), canonicalQuery(url), ...values, "", signed, digest].join("\n");
    const scope = `${day}/${region}/s3/aws4_request`;
    const text = ["AWS4-HMAC-SHA256", date, scope, sha256(request)].join("\n");
    const signature = hmac(keyOf(secretAccessKey, day, region), text).toString("hex");
    headers.authorization = `AWS4-HMAC-SHA256 Credential=${accessKeyId}/${scope}, SignedHeaders=${signed}, Signature=${signature}`;
    return { ...outgoing, headers };
  };
}

function canonicalPath({ pathname }: URL): string {
  return pathname.split("/").map(canonical).join("/");
}

function canonicalQuery({ search }: URL): string {
  const pairs = search
    .slice(1)
    .split("&")
    .filter((pair) => pair !== "")
    .map((pair): readonly [string, string] => {
      const [name = "", ...value] = pair.split("=");
      return [canonical(name), canonical(value.join("="))];
    });
  return pairs
    .sort(([a, v], [b, w]) => (a === b ? compare(v, w) : compare(a, b)))
    .map(([name, value]) => `${name}=${value}`)
    .join("&");
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** As S3 encodes what it has decoded, whatever of it the URL left plain. */
function canonical(text: string): string {
  if (/^[A-Za-z0-9._~-]*$/.test(text)) return text;
  try {
    return encodeText(decodeURIComponent(text));
  } catch {
    // A lone percent sign, in the address of an endpoint.
    return encodeText(text);
  }
}

function sha256(data: string | Uint8Array): string {
  return createHash("sha256").update(data).digest("hex");
}

function hmac(key: string | Buffer, text: string): Buffer {
  return createHmac("sha256", key).update(text).digest();
}
