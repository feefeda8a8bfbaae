import { sondeError } from "@sonde/core";
import type { Observe } from "@sonde/core/bytes";
import type * as z from "zod";
import { callOf, type InfluxCall } from "./call.js";
import { createInflux, type EfdInflux, type InfluxSession, registryAt } from "./client.js";
import { basicAuthorization, type EfdCredentials, efdCredentials } from "./credentials.js";
import { identifier } from "./influxql.js";
import { type OpenInfluxInput, openInfluxOptions } from "./options.js";
import { createTransport } from "./transport.js";

export type CheckedInflux = z.infer<typeof openInfluxOptions>;

/**
 * Connects to a live EFD: by `url`, or by label with the credentials that EFDAUTH or the discovery service has. One request shows that
 * the database is there and may be read.
 *
 * @example
 * ```ts
 * const efd = await openInflux({ efd: "usdf_efd" });
 * const table = await efd.timeSeries("lsst.sal.ESS.temperature", { fields: ["temperatureItem0"], start: "now-1h" }).table();
 * ```
 */
export async function openInflux(options: OpenInfluxInput, call: InfluxCall = {}): Promise<EfdInflux> {
  const parsed = openInfluxOptions.safeParse(options);
  if (!parsed.success) {
    const issues = parsed.error.issues.map(({ path, message }) => ({ path: path.join("."), message }));
    const told = issues.map(({ path, message }) => `${path || "options"}: ${message}`).join("; ");
    throw sondeError("options", `wrong options for the EFD's database: ${told}`, { issues });
  }
  return createInflux(await openSession(parsed.data, call));
}

export async function openSession(options: CheckedInflux, given: InfluxCall): Promise<InfluxSession> {
  const call = callOf(given);
  const { fetch, idleTimeout, attempts, chunkSize, maxBytes, retentionPolicy } = options;
  const access = await accessOf(options, call);
  const database = options.database ?? access.database ?? "efd";
  const url = new URL(access.url.endsWith("/") ? access.url : `${access.url}/`);
  const headers = { ...options.headers, ...authorization(access) };
  const transport = createTransport({ url, headers, database, fetch, idleTimeout, attempts, chunkSize, maxBytes });
  // It is told of a database that is not there, which other queries take for an empty one.
  const { version } = await transport.ask(`SHOW RETENTION POLICIES ON ${identifier(database)}`, {
    ...call,
    what: `database '${database}'`,
  });
  return {
    transport,
    place: { database, retentionPolicy },
    url: `${url.origin}${url.pathname}`,
    version,
    registry: access.schemaRegistry === undefined ? undefined : registryAt(access.schemaRegistry, { fetch, headers: options.headers }),
  };
}

async function accessOf(
  options: CheckedInflux,
  call: { readonly signal: AbortSignal; readonly observe: Observe | undefined },
): Promise<EfdCredentials> {
  const { url, efd, authFile, discovery, token, fetch, username, password } = options;
  const found = efd === undefined ? undefined : await efdCredentials(efd, { authFile, discovery, token, fetch, signal: call.signal });
  const address = url ?? found?.url;
  if (address === undefined) throw sondeError("options", "no address of a database: give url, or efd with its label", {});
  return {
    url: address,
    username: username ?? found?.username,
    password: password ?? found?.password,
    schemaRegistry: options.schemaRegistry ?? found?.schemaRegistry,
    database: found?.database,
  };
}

function authorization({ username, password }: EfdCredentials): { readonly [name: string]: string } {
  return username === undefined || password === undefined ? {} : { Authorization: basicAuthorization(username, password) };
}
