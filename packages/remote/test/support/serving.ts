import type { AddressInfo } from "node:net";
import { serve } from "@hono/node-server";
import { openConnector, type Source } from "@sonde/core";
import type { Connector } from "@sonde/core/connector";
import { createApp } from "@sonde/server";

export interface Served {
  readonly url: string;
  readonly source: Source;
  close(): Promise<void>;
}

/** A server of one source on a free port of this machine. */
export async function served(connector: Connector, options: unknown): Promise<Served> {
  const source = await openConnector(connector, options);
  const listening = serve({ fetch: createApp({ sources: { lab: source } }).fetch, hostname: "127.0.0.1", port: 0 });
  await new Promise((resolve) => listening.once("listening", resolve));
  const { port } = listening.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    source,
    async close() {
      // Keep-alive connections and followers would hold it open.
      if ("closeAllConnections" in listening) listening.closeAllConnections();
      await new Promise((resolve) => listening.close(resolve));
      await source.close();
    },
  };
}
