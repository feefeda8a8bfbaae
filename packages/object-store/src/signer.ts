import type { Credentials } from "./credentials.js";
import type { Outgoing } from "./transport.js";

/** Signs a request, body included, by AWS Signature Version 4; keeps the derived keys of the day. */
export type Signer = (outgoing: Outgoing, credentials: Credentials, region: string) => Outgoing | Promise<Outgoing>;

/** SHA-256 of no bytes. */
export const emptyDigest = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
