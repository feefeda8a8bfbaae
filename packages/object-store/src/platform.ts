import type { Credentials } from "./credentials.js";
import type { Folder } from "./folder.js";
import type { Signer } from "./signer.js";

/** What Node and browsers do differently; chosen by the `#platform` import. */
export interface Platform {
  /** `If-Match` costs nothing; in a browser it would need a preflight, which servers seldom allow for public objects. */
  readonly sendsConditions: boolean;
  /** A folder by its path; `unsupported` where there are no paths. */
  openFolder(path: string | URL): Folder;
  createSigner(): Signer;
  /** A variable of the process; empty counts as absent. */
  environment(name: string): string | undefined;
  /** The texts of `~/.aws/config` and `~/.aws/credentials`, or of where the environment says they are; empty where there are none. */
  awsFiles(signal: AbortSignal): Promise<{ readonly config: string; readonly credentials: string }>;
  /** The credentials that the AWS tools would find here. Rejects with `unsupported` where the package for it is missing, saying how to install it. */
  credentialChain(options: { readonly profile: string | undefined; readonly region: string }): Promise<() => Promise<Credentials>>;
}
