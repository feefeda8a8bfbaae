import { sondeError } from "@sonde/core";
import { credentialsPath, readText } from "../node/read-text.js";
import { type Endpoint, parseEndpoints } from "../transport/endpoint.js";
import { type Profile, profileIn, profileNames } from "./profiles.js";

export type CredentialOptions = {
  readonly endpoint?: string | undefined;
  readonly apiKey?: string | undefined;
  readonly profile?: string | undefined;
  readonly tls?: boolean | undefined;
  readonly ca?: string | undefined;
  readonly allowPlaintextApiKey?: boolean | undefined;
  /** In place of `~/.predictivegrid/credentials.yaml`. */
  readonly credentialsFile?: string | undefined;
  readonly signal?: AbortSignal | undefined;
};
export type Access = { readonly endpoints: readonly Endpoint[]; readonly apiKey: string | undefined; readonly ca: string | undefined };

/**
 * Where to connect, and by which key. A named profile stands alone; else what is given here comes before the environment
 * (`BTRDB_ENDPOINTS`, `BTRDB_API_KEY`), and that before the profile `BTRDB_PROFILE` or `default` of the credentials file. A profile's key
 * goes to the profile's endpoints only.
 * Rejects `options` where nothing says where, or where a key would travel in plaintext, and `not-found` for a profile that is not there.
 */
export async function resolveAccess(options: CredentialOptions, environment: NodeJS.ProcessEnv = process.env): Promise<Access> {
  const { endpoint, apiKey, tls, signal } = options;
  signal?.throwIfAborted();
  if (options.profile !== undefined && (endpoint !== undefined || apiKey !== undefined)) {
    throw refuse("a profile says endpoint and API key itself: give either the profile or these");
  }
  const variable = (name: string) => environment[name] || undefined;
  const given = options.profile === undefined;
  const givenEndpoints = given ? (endpoint ?? variable("BTRDB_ENDPOINTS")) : undefined;
  const givenKey = given ? (apiKey ?? variable("BTRDB_API_KEY")) : undefined;
  const profile = await profileOf(options, variable("BTRDB_PROFILE"), givenEndpoints !== undefined && endpoint !== undefined);
  const text = givenEndpoints ?? profile?.endpoints;
  if (text === undefined) {
    throw refuse("no endpoint of BTrDB: give host:port, set BTRDB_ENDPOINTS, or write a profile into ~/.predictivegrid/credentials.yaml");
  }
  const endpoints = parseEndpoints(text, tls);
  const key =
    givenKey ?? (profile?.endpoints !== undefined && sameEndpoints(endpoints, profile.endpoints, tls) ? profile.apiKey : undefined);
  if (key !== undefined && !/^[\x21-\x7e]+$/.test(key))
    throw refuse("the API key has characters that no header can carry: check it for spaces and line ends");
  const open = endpoints.find((one) => !one.tls);
  if (key !== undefined && open !== undefined && options.allowPlaintextApiKey !== true) {
    throw refuse(
      `the API key would travel unencrypted to ${open.target}: use TLS (port 4411, https:// or tls: true), or say allowPlaintextApiKey: true`,
    );
  }
  return { endpoints, apiKey: key, ca: await authorities(options.ca, variable("BTRDB_CA_BUNDLE"), signal) };
}

/** `optional`: the endpoint is known from elsewhere, so a broken or missing profile of the environment is of no consequence. */
async function profileOf(options: CredentialOptions, fromEnvironment: string | undefined, optional: boolean): Promise<Profile | undefined> {
  const path = options.credentialsFile ?? credentialsPath();
  const wanted = options.profile ?? fromEnvironment;
  if (optional && wanted === undefined && options.apiKey !== undefined) return undefined;
  const text = await readText(path, options.signal);
  const profile = text === undefined ? undefined : profileIn(text, wanted ?? "default", path);
  if (profile !== undefined || wanted === undefined) return profile;
  const names = text === undefined ? "there is no such file" : `there are ${profileNames(text, path).join(", ") || "none"}`;
  throw sondeError("not-found", `no profile '${wanted}' in ${path}: ${names}`, { id: wanted });
}

function sameEndpoints(endpoints: readonly Endpoint[], profile: string, tls: boolean | undefined): boolean {
  const known = parseEndpoints(profile, tls);
  return endpoints.every((one) => known.some(({ target, tls: secure }) => target === one.target && secure === one.tls));
}

/** PEM text as it is, or the file that the text names. */
async function authorities(
  ca: string | undefined,
  bundle: string | undefined,
  signal: AbortSignal | undefined,
): Promise<string | undefined> {
  if (ca?.includes("-----BEGIN")) return ca;
  const path = ca ?? bundle;
  if (path === undefined) return undefined;
  const text = await readText(path, signal);
  if (text?.includes("-----BEGIN")) return text;
  const option = ca === undefined ? "BTRDB_CA_BUNDLE" : "ca";
  throw refuse(`${option}: ${path} ${text === undefined ? "is not there" : "holds no certificate"}: give a file in PEM format`);
}

function refuse(message: string) {
  return sondeError("options", message, {});
}
