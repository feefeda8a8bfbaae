import { AwsV4Signer } from "aws4fetch";
import { emptyDigest, type Signer } from "./signer.js";

/** By the browser's own cryptography, which answers asynchronously. */
export function createSigner(): Signer {
  const derivedKeys = new Map<string, ArrayBuffer>();
  return async (outgoing, { accessKeyId, secretAccessKey, sessionToken }, region) => {
    // The keys of yesterday, or of credentials that are gone, are of no use.
    if (derivedKeys.size > 8) derivedKeys.clear();
    const signer = new AwsV4Signer({
      method: outgoing.method,
      url: outgoing.url.href,
      headers: { ...outgoing.headers, "x-amz-content-sha256": outgoing.body ? await sha256(outgoing.body) : emptyDigest },
      accessKeyId,
      secretAccessKey,
      ...(sessionToken && { sessionToken }),
      service: "s3",
      region,
      cache: derivedKeys,
    });
    const { headers } = await signer.sign();
    return { ...outgoing, headers: Object.fromEntries(headers) };
  };
}

async function sha256(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
