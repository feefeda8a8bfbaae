import { defineConnector } from "@sonde/core";
import type { Address, Call, Driver } from "@sonde/core/connector";
import { type Btrdb, createBtrdb } from "./client/btrdb.js";
import { openSession } from "./connect.js";
import { btrdbDriver } from "./driver/driver.js";
import { type BtrdbInput, type BtrdbOptions, btrdbOptions } from "./options.js";

async function connect(options: BtrdbOptions, call: Call): Promise<Driver<Btrdb>> {
  const { collection, pollInterval, ...rest } = options;
  const { session, info } = await openSession(rest, { signal: call.signal, observe: call.observe });
  const client = createBtrdb(session);
  return btrdbDriver({ session, client, pollInterval }, info, collection);
}

const address: Address<BtrdbInput> = {
  schemes: ["btrdb"],
  /** `btrdb://host:4411/collection`. What stands before "@" would be a secret, and is refused. */
  toOptions(url) {
    if (url.protocol !== "btrdb:" || url.host === "" || url.username !== "") return undefined;
    const collection = decodeURIComponent(url.pathname).replace(/^\/+|\/+$/g, "");
    return { endpoint: `btrdb://${url.host}`, ...(collection === "" ? {} : { collection }) };
  },
};

/** BTrDB and PredictiveGrid, version 5: streams of a cluster, their statistics from the tree. */
export const btrdb = defineConnector({ id: "btrdb", options: btrdbOptions, address, connect });
