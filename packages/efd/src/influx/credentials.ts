import { isSondeError, sondeError } from "@sonde/core";
import { createLimiter, type Fetch, fromFile, readJson, request, retry } from "@sonde/core/bytes";

/** How to reach one database of the observatory, as its discovery service says it. */
export type EfdCredentials = {
  readonly url: string;
  readonly username?: string | undefined;
  readonly password?: string | undefined;
  readonly schemaRegistry?: string | undefined;
  readonly database?: string | undefined;
};

export type CredentialSource = {
  /** The discovery service: `https://<science platform>/repertoire/discovery/influxdb`. Comes first. */
  readonly discovery?: string | undefined;
  /** The platform's token, which may read `sasquatch`; sent to the discovery service only. */
  readonly token?: string | undefined;
  /** A JSON file of what the service answers; else the one that the environment names as EFDAUTH. */
  readonly authFile?: string | undefined;
  readonly fetch?: Fetch | undefined;
  readonly signal?: AbortSignal | undefined;
};

/** The labels of databases that the discovery service or the file of EFDAUTH knows: "usdf_efd", "summit_efd". */
export async function efdNames(source: CredentialSource = {}): Promise<readonly string[]> {
  return Object.keys(await known(source)).sort();
}

/** The credentials of one database. Rejects `not-found` with the labels that there are. */
export async function efdCredentials(label: string, source: CredentialSource = {}): Promise<EfdCredentials> {
  const all = await known(source);
  const entry = Object.hasOwn(all, label) ? all[label] : undefined;
  if (entry === undefined) {
    throw sondeError("not-found", `no EFD '${label}': there are ${Object.keys(all).sort().join(", ") || "none"}`, { id: label });
  }
  const text = (key: string) => (isRecord(entry) && typeof entry[key] === "string" ? entry[key] : undefined);
  const url = text("url");
  if (url === undefined)
    throw sondeError("format", `the entry '${label}' of the EFD's credentials has no url: ask for new ones`, { key: label });
  return {
    url,
    username: text("username"),
    password: text("password"),
    schemaRegistry: text("schema_registry"),
    database: text("database"),
  };
}

async function known(source: CredentialSource): Promise<{ readonly [label: string]: unknown }> {
  const { discovery, signal = new AbortController().signal } = source;
  signal.throwIfAborted();
  const entries = discovery === undefined ? await ofFile(source.authFile, signal) : await ofService(discovery, source, signal);
  if (isRecord(entries)) return entries;
  throw sondeError("format", "the EFD's credentials are no JSON object by label: ask for new ones", {});
}

async function ofService(discovery: string, { token, fetch }: CredentialSource, signal: AbortSignal): Promise<unknown> {
  const headers = token === undefined ? {} : { Authorization: `Bearer ${token}` };
  const ask = async () => {
    const response = await request(discovery, { signal, fetch, headers });
    return readJson(response, createLimiter({ maxBytes: 2 ** 20 }), { signal, what: "the answer of the discovery service" });
  };
  return retry(ask, { signal });
}

async function ofFile(authFile: string | undefined, signal: AbortSignal): Promise<unknown> {
  const path = authFile ?? globalThis.process?.env?.EFDAUTH;
  if (!path) {
    throw sondeError(
      "options",
      "nothing says how to reach an EFD by its label: set EFDAUTH to the file of credentials, or give authFile, discovery with a token, or url",
      {},
    );
  }
  const file = await fromFile(path, { signal });
  try {
    const size = createLimiter({ maxBytes: 2 ** 20 }).bytes(await file.size({ signal }), path);
    const text = new TextDecoder().decode(await file.read({ start: 0, end: size }, { signal }));
    return JSON.parse(text);
  } catch (error) {
    // The parser's own message shows a piece of the text, which holds passwords.
    if (signal.aborted || isSondeError(error)) throw error;
    throw sondeError("format", `${path} is no JSON: EFDAUTH names the file that the discovery service's answer was saved to`, {
      key: path,
    });
  } finally {
    await file.close();
  }
}

function isRecord(value: unknown): value is { readonly [key: string]: unknown } {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** HTTP's basic scheme (RFC 7617), UTF-8. */
export function basicAuthorization(username: string, password: string): string {
  const bytes = new TextEncoder().encode(`${username}:${password}`);
  return `Basic ${btoa(String.fromCharCode(...bytes))}`;
}
