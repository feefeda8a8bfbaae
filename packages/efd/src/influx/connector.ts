import { defineConnector } from "@sonde/core";
import type { Address, Call, Driver } from "@sonde/core/connector";
import { createInflux, type EfdInflux } from "./client.js";
import { influxDriver } from "./driver.js";
import { openSession } from "./open.js";
import { type EfdInfluxInput, type EfdInfluxOptions, efdInfluxOptions } from "./options.js";

async function connect(options: EfdInfluxOptions, call: Call): Promise<Driver<EfdInflux>> {
  const { pollInterval, lateness, ...rest } = options;
  const session = await openSession(rest, { signal: call.signal, observe: call.observe });
  return influxDriver({ session, client: createInflux(session), pollInterval, lateness });
}

const address: Address<EfdInfluxInput> = {
  schemes: ["efd+influx", "efd+influx+http"],
  /**
   * `efd+influx://host/path/database`, encrypted unless the scheme ends in `+http`; the last segment is the database. Without a host it is a
   * label of EFDAUTH: `efd+influx:usdf_efd`, `efd+influx:usdf_efd/lsst.MTCamera`.
   */
  toOptions(url) {
    if (url.username !== "" || url.password !== "" || url.search !== "" || url.hash !== "") return undefined;
    const segments = url.pathname.split("/").filter((segment) => segment !== "");
    const names = segments.map(decodeURIComponent);
    if (url.host === "") {
      const [efd, database] = names;
      if (efd === undefined || names.length > 2) return undefined;
      return { efd, ...(database === undefined ? {} : { database }) };
    }
    const database = names.at(-1);
    const folder = segments.slice(0, -1).map((segment) => `${segment}/`);
    const base = `${url.protocol === "efd+influx+http:" ? "http" : "https"}://${url.host}/${folder.join("")}`;
    return { url: base, ...(database === undefined ? {} : { database }) };
  },
};

/** The EFD's live database, InfluxDB 1: a stream for each topic. */
export const efdInflux = defineConnector({ id: "efd-influx", options: efdInfluxOptions, address, connect });
