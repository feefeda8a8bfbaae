import { readFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { raceAbort, sondeError } from "@sonde/core/bytes";
import type { CredentialProvider } from "./credentials.js";
import { nodeFolder } from "./folder.node.js";
import type { Platform } from "./platform.js";
import { createSigner } from "./signer.node.js";

/** What is used of the optional peer, said here so that our declarations need none of its. */
type Providers = {
  fromNodeProviderChain(options: {
    readonly profile?: string;
    readonly clientConfig: { readonly region: string };
    readonly logger: typeof silent;
    readonly ignoreCache: boolean;
  }): CredentialProvider;
};

export const platform: Platform = {
  sendsConditions: true,
  openFolder: nodeFolder,
  createSigner,
  environment: (name) => process.env[name] || undefined,
  async awsFiles(signal) {
    const files = Promise.all([settingsFile("AWS_CONFIG_FILE", "config"), settingsFile("AWS_SHARED_CREDENTIALS_FILE", "credentials")]);
    const [config, credentials] = await raceAbort(files, signal);
    return { config, credentials };
  },
  credentialChain: (options) => credentialChain(options),
};

/** Without one the package warns on the console. */
const silent = { debug() {}, info() {}, warn() {}, error() {} };

/** `load` imports the optional peer. */
export async function credentialChain(
  options: { readonly profile: string | undefined; readonly region: string },
  load: () => Promise<Providers> = () => import("@aws-sdk/credential-providers"),
): Promise<CredentialProvider> {
  const { profile, region } = options;
  const providers = await load().catch((cause: unknown) => {
    const absent = cause instanceof Error && "code" in cause && /MODULE_NOT_FOUND/.test(String(cause.code));
    // A package that it needs itself may be missing too.
    if (!absent || !cause.message.includes("'@aws-sdk/credential-providers'")) throw cause;
    throw sondeError(
      "unsupported",
      "AWS profiles, SSO, processes and instances need a package that is not installed: run `npm install @aws-sdk/credential-providers`, " +
        "or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or pass `credentials`, or `anonymous: true` for a public bucket",
      { what: "@aws-sdk/credential-providers", cause },
    );
  });
  const chain = providers.fromNodeProviderChain({
    ...(profile && { profile }),
    clientConfig: { region },
    logger: silent,
    ignoreCache: true,
  });
  return async () => {
    try {
      return await chain();
    } catch (error) {
      throw sondeError("auth", `no AWS credentials${profile ? ` for profile ${profile}` : ""}: ${reason(error)}`, {});
    }
  };
}

/** A failed `credential_process` tells its command line and output, where secrets may be; the others explain themselves in a line. */
function reason(error: unknown): string {
  const message = error instanceof Error ? error.message : "";
  const line = message.split("\n")[0]?.slice(0, 300) ?? "";
  return line === "" || /command/i.test(line) || /\n/.test(message) ? "the credential process or provider failed" : line;
}

async function settingsFile(variable: string, name: string): Promise<string> {
  const path = process.env[variable] || join(homedir(), ".aws", name);
  try {
    return await readFile(path, "utf8");
  } catch (cause) {
    if (cause instanceof Error && "code" in cause && (cause.code === "ENOENT" || cause.code === "ENOTDIR")) return "";
    throw sondeError("auth", `${path} can't be read: check its permissions, or point ${variable} elsewhere`, { target: path, cause });
  }
}
