import { fileUrl } from "#platform";
import type { Connector } from "../contract.js";
import { sondeError } from "../errors.js";
import { openConnector } from "./connector.js";
import type { CallOptions, Observe, Source, SourceOf } from "./types.js";

/** Two letters and more: `C:\data.h5` is a path. */
const SCHEME = /^[a-z][a-z0-9+.-]+:/i;

/**
 * Opens what an address names by the first of `connectors` that takes it: `btrdb://host:4411/collection`, `./recording.h5`.
 * Rejects `unsupported` when none does, and `options` for a URL that carries a password: addresses end up in logs.
 *
 * @example
 * ```ts
 * const source = await open("./recording.h5", { connectors: [clRecordings] });
 * ```
 */
export async function open<const C extends readonly Connector[]>(
  address: string,
  options: CallOptions & { readonly connectors: C; readonly observe?: Observe | undefined },
): Promise<SourceOf<C[number]>> {
  const { connectors, ...call } = options;
  const { connector, input } = resolveAddress(address, connectors);
  const source: Source = await openConnector(connector, input, call);
  // The connector is one of C's, so its source is one of the union.
  return source as SourceOf<C[number]>;
}

/** Which connector takes an address, and the options that the address stands for. Asks no one. */
export function resolveAddress<C extends Connector>(
  address: string,
  connectors: readonly C[],
): { readonly connector: C; readonly input: unknown } {
  const url = addressUrl(address);
  if (url.password !== "") {
    throw sondeError("options", "an address must not carry a password: pass it as an option, or by the environment", {});
  }
  const scheme = url.protocol.slice(0, -1);
  const path = url.pathname.toLowerCase();
  const fitting = connectors.filter(({ address: by }) => by?.schemes.includes(scheme));
  // A file's extension decides before a connector that takes any path is asked.
  const ranked = [...fitting].sort((a, b) => Number(byExtension(b, path)) - Number(byExtension(a, path)));
  for (const connector of ranked) {
    const input = connector.address?.toOptions(url);
    if (input !== undefined) return { connector, input };
  }
  const taken = connectors.map(
    ({ id, address: by }) => `${id} (${[...(by?.schemes ?? []), ...(by?.extensions ?? [])].join(", ") || "no address"})`,
  );
  throw sondeError("unsupported", `no connector takes '${shown(url)}': there are ${taken.join("; ") || "none"}`, { what: scheme });
}

function byExtension(connector: Connector, path: string): boolean {
  return connector.address?.extensions?.some((extension) => path.endsWith(extension)) ?? false;
}

function addressUrl(address: string): URL {
  if (!SCHEME.test(address)) return fileUrl(address);
  try {
    return new URL(address);
  } catch (cause) {
    throw sondeError("options", "the address is not a URL: write scheme://host/path, or a path beginning with ./", { cause });
  }
}

/** An address without what may be secret: user and query. */
function shown(url: URL): string {
  return url.protocol === "file:" ? decodeURIComponent(url.pathname) : `${url.protocol}//${url.host}${url.pathname}`;
}
