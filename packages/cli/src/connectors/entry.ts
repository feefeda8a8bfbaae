import type { Connector } from "@sonde/core";

/** A connector that is known before it is loaded: enough to tell whether an address is its own. */
export interface ConnectorEntry {
  readonly id: string;
  /** As the connector's own `address` says; without ":". */
  readonly schemes: readonly string[];
  readonly extensions: readonly string[];
  /** The package that holds it. */
  readonly package: string;
  /** Imports the package: only once an address, or the configuration, asks for it. */
  load(): Promise<Connector>;
}

/** The entry of a connector that is there already. */
export function entryOf(connector: Connector): ConnectorEntry {
  const { id, address } = connector;
  return { id, schemes: address?.schemes ?? [], extensions: address?.extensions ?? [], package: id, load: async () => connector };
}
