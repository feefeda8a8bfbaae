import { defineConnector } from "@sonde/core";
import { connect } from "./driver.js";
import { type RemoteInput, remoteOptions } from "./options.js";

/**
 * Any archive behind a Sonde server, with nothing but `fetch`: streams, rows, windows made next to the data, and whatever else the archive
 * itself can do.
 *
 * @example
 * ```ts
 * await using plant = await remote.open({ url: "http://127.0.0.1:4411", source: "plant" });
 * const table = await (await plant.stream("spikes")).table({ last: "5s" });
 * ```
 */
export const remote = defineConnector({
  id: "remote",
  options: remoteOptions,
  address: { schemes: ["sonde+http", "sonde+https"], toOptions },
  connect,
});

/** `sonde+http://host:4411/plant`: the path names the source. */
function toOptions(url: URL): RemoteInput | undefined {
  // A URL of an unknown scheme has no origin of its own.
  const address = /^sonde\+(https?:)\/\/([^/]+)/.exec(url.href);
  if (address === null) return undefined;
  const source = decodeURIComponent(url.pathname.replace(/^\//, ""));
  return { url: `${address[1]}//${address[2]}`, ...(source === "" ? {} : { source }) };
}
