import { raceAbort, sondeError } from "@sonde/core/bytes";
import { platform } from "#platform";

/** A key pair of S3, with a token where they are temporary. */
export type Credentials = {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string | undefined;
  /** When they end; they are asked for anew a minute before. */
  readonly expiration?: Date | undefined;
};
/** Asked at the first request, and again before its answer expires or when the server says that it has. */
export type CredentialProvider = () => Promise<Credentials>;

/** The credentials in force, asked for once by all who wait. */
export interface Keyring {
  current(signal: AbortSignal): Promise<Credentials>;
  /** These were refused as expired: the next `current` asks anew. */
  drop(refused: Credentials): void;
}

const EARLY_MILLISECONDS = 60_000;

export function keyring(provider: CredentialProvider): Keyring {
  let asked: Promise<Credentials> | undefined;
  let held: Credentials | undefined;
  const ask = async () => {
    try {
      held = checked(await provider());
      return held;
    } catch (error) {
      asked = undefined;
      throw error;
    }
  };
  return {
    current(signal) {
      const ends = held?.expiration?.getTime();
      if (ends !== undefined && Date.now() > ends - EARLY_MILLISECONDS) {
        asked = undefined;
        held = undefined;
      }
      asked ??= ask();
      return raceAbort(asked, signal);
    },
    drop(refused) {
      if (held !== refused) return;
      asked = undefined;
      held = undefined;
    },
  };
}

/** From the environment where it has a key pair and no profile is named, else by the chain of the AWS tools. */
export function foundCredentials(options: { readonly profile: string | undefined; readonly region: string }): CredentialProvider {
  let chain: Promise<CredentialProvider> | undefined;
  return async () => {
    const accessKeyId = platform.environment("AWS_ACCESS_KEY_ID");
    const secretAccessKey = platform.environment("AWS_SECRET_ACCESS_KEY");
    if (options.profile === undefined && accessKeyId && secretAccessKey) {
      return { accessKeyId, secretAccessKey, sessionToken: platform.environment("AWS_SESSION_TOKEN") };
    }
    chain ??= platform.credentialChain(options);
    try {
      return await (await chain)();
    } catch (error) {
      chain = undefined;
      throw error;
    }
  };
}

/** What can't stand in a header would be printed by `Headers` itself. */
function checked(credentials: Credentials): Credentials {
  const { accessKeyId, secretAccessKey, sessionToken } = credentials;
  const printable = (text: unknown) => typeof text === "string" && /^[\x21-\x7e]+$/.test(text);
  for (const [name, valid] of [
    ["accessKeyId", printable(accessKeyId)],
    ["secretAccessKey", typeof secretAccessKey === "string" && secretAccessKey !== ""],
    ["sessionToken", sessionToken === undefined || printable(sessionToken)],
  ] as const) {
    if (valid) continue;
    const message = `${name} is missing, empty, or holds spaces, line breaks or other characters that no key has`;
    throw sondeError("options", `the S3 credentials are unusable: ${message}`, { issues: [{ path: `credentials.${name}`, message }] });
  }
  return credentials;
}
