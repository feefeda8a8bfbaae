import { sondeError } from "@sonde/core";
import type { CallOptions } from "./call.js";
import { type Btrdb, createBtrdb, type ServerInfo, serverInfo } from "./client/btrdb.js";
import type { Session } from "./client/session.js";
import { resolveAccess } from "./credentials/resolve.js";
import { type BtrdbOptions, type ConnectInput, connectOptions } from "./options.js";
import { isTransient, openTransport } from "./transport/transport.js";

export type ConnectOptions = ConnectInput & CallOptions;

/**
 * Connects to a BTrDB cluster and asks it what it is. `endpoint` is `host:port`, `[v6]:port`, a URL, or several with commas, of which the
 * first that answers is taken; TLS is spoken at port 4411, or as `tls` says. Without an endpoint `BTRDB_ENDPOINTS` is taken, else a profile
 * of the credentials file. The signal is for connecting only.
 *
 * Rejects `options` where nothing says where to connect or where a key would travel in plaintext, `auth` for a wrong key, `connection`
 * where no server is.
 *
 * @example
 * ```ts
 * await using db = await connect("192.168.1.101:4411", { apiKey: "123456789123456789" });
 * const streams = await db.streamsInCollection("USEAST_NOC1/90807");
 * ```
 */
export async function connect(endpoint?: string, options: ConnectOptions = {}): Promise<Btrdb> {
  const { signal, observe, ...input } = options;
  const parsed = connectOptions.safeParse(input);
  if (!parsed.success) {
    const issues = parsed.error.issues.map(({ path, message }) => ({ path: path.join("."), message }));
    throw sondeError("options", `connect: ${issues.map(({ path, message }) => `${path}: ${message}`).join("; ")}`, { issues });
  }
  const { session } = await openSession({ ...parsed.data, endpoint }, { signal, observe });
  return createBtrdb(session);
}

/** What `connect` and the driver share: a session whose server has answered. */
export async function openSession(
  options: Omit<BtrdbOptions, "collection" | "pollInterval" | "endpoint"> & { readonly endpoint?: string | undefined },
  call: CallOptions,
): Promise<{ readonly session: Session; readonly info: ServerInfo }> {
  const { timeout, maxMessageBytes, concurrency, attempts, insertBatch } = options;
  const { endpoints, apiKey, ca } = await resolveAccess({ ...options, signal: call.signal });
  const transport = openTransport(endpoints, { apiKey, ca, timeout, maxMessageBytes, concurrency, attempts });
  try {
    const info = await firstAnswer(endpoints.length, () => serverInfo({ transport }, { ...call, repeatable: false }), transport.next);
    if (info.majorVersion < 5) {
      const found = `${transport.endpoint.target} is a BTrDB of version ${info.majorVersion}.${info.minorVersion}`;
      throw sondeError("unsupported", `${found}, which speaks another protocol: this client speaks that of version 5`, {});
    }
    const arrow = options.arrow ?? (info.majorVersion > 5 || info.minorVersion >= 30);
    return { session: { transport, arrow, concurrency, insertBatch }, info };
  } catch (error) {
    transport.close();
    throw error;
  }
}

/** One try for each endpoint: whoever waits to connect wants to know soon. */
async function firstAnswer<T>(endpoints: number, ask: () => Promise<T>, next: () => void): Promise<T> {
  for (let tried = 1; ; tried++) {
    try {
      return await ask();
    } catch (error) {
      if (tried >= endpoints || !isTransient(error)) throw error;
      next();
    }
  }
}
