import { sondeError } from "@sonde/core";

/** Where a server listens. */
export type Endpoint = {
  readonly host: string;
  readonly port: number;
  readonly tls: boolean;
  /** `host:port` as people and gRPC write it, an address of IPv6 in brackets. */
  readonly target: string;
};

/** The port at which servers speak TLS where nothing else is said. */
const tlsPort = 4411;

/**
 * Reads `host:port`, `[v6]:port`, `https://host:port`, `btrdb://host`, or a list of these with commas. TLS is what the caller or the
 * scheme says, and else what port 4411 says. Rejects `options`.
 */
export function parseEndpoints(text: string, tls?: boolean): readonly Endpoint[] {
  const parts = text.split(",").map((part) => part.trim());
  if (parts.includes("")) throw refuse(text, "it is empty, or has an empty part between commas");
  return parts.map((part) => parseEndpoint(part, tls));
}

const form = /^(?:(https?|btrdb):\/\/)?(?:\[([0-9a-f:.]+(?:%[\w.-]+)?)\]|([^\s:/?#@[\]]+))(?::(\d{1,5}))?\/?$/i;

function parseEndpoint(text: string, tls: boolean | undefined): Endpoint {
  const match = form.exec(text);
  if (match === null) throw refuse(text, "it is not of this form");
  const [, scheme, v6, name, digits] = match;
  const host = v6 ?? name ?? "";
  const port = digits === undefined ? defaultPort(scheme?.toLowerCase()) : Number(digits);
  if (port === undefined) throw refuse(text, "it has no port");
  if (port < 1 || port > 65_535) throw refuse(text, `there is no port ${port}`);
  const byScheme = scheme?.toLowerCase() === "https" ? true : scheme?.toLowerCase() === "http" ? false : undefined;
  if (tls !== undefined && byScheme !== undefined && tls !== byScheme) throw refuse(text, `its scheme contradicts tls: ${tls}`);
  return { host, port, tls: tls ?? byScheme ?? port === tlsPort, target: `${v6 === undefined ? host : `[${host}]`}:${port}` };
}

function defaultPort(scheme: string | undefined): number | undefined {
  return scheme === "https" ? 443 : scheme === "http" ? 80 : scheme === "btrdb" ? tlsPort : undefined;
}

/** What stands before an "@" may be secret, so such a text is not shown. */
function refuse(text: string, why: string) {
  const shown = text.includes("@") ? "with a user or password" : `'${text.slice(0, 100)}'`;
  return sondeError("options", `no endpoint of BTrDB: ${shown}: ${why}; write host:port, [v6]:port or https://host:port`, {});
}
