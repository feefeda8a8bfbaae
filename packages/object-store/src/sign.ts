import { AwsV4Signer } from "aws4fetch";
import type { Credentials } from "./credentials.js";
import type { Outgoing } from "./transport.js";

const EMPTY = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

/** A request with its AWS Signature Version 4, body included. `cache` keeps the derived keys of the day. */
export async function signed(
  outgoing: Outgoing,
  credentials: Credentials,
  region: string,
  cache: Map<string, ArrayBuffer>,
): Promise<Outgoing> {
  const { accessKeyId, secretAccessKey, sessionToken } = credentials;
  const signer = new AwsV4Signer({
    method: outgoing.method,
    url: outgoing.url.href,
    headers: { ...outgoing.headers, "x-amz-content-sha256": outgoing.body ? await sha256(outgoing.body) : EMPTY },
    accessKeyId,
    secretAccessKey,
    ...(sessionToken && { sessionToken }),
    service: "s3",
    region,
    cache,
  });
  const { headers } = await signer.sign();
  return { ...outgoing, headers: Object.fromEntries(headers) };
}

async function sha256(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
