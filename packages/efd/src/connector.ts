import { defineConnector } from "@sonde/core";
import type { Address, Call, Driver } from "@sonde/core/connector";
import { createEfd, type Efd } from "./client.js";
import { efdDriver } from "./driver/driver.js";
import { openSession } from "./open.js";
import { type EfdInput, type EfdOptions, efdOptions } from "./options.js";

async function connect(options: EfdOptions, call: Call): Promise<Driver<Efd>> {
  call.signal.throwIfAborted();
  const session = openSession(options, call.observe);
  return efdDriver(session, createEfd(session));
}

const address: Address<EfdInput> = {
  schemes: ["efd", "s3"],
  /** `s3://bucket` or `efd://bucket`, with `/prefix` behind it where topics do not lie below `topics/`; `efd:folder` for a folder. `?region=` and `?endpoint=` as the options. */
  toOptions(url) {
    if (url.username !== "" || url.password !== "") return undefined;
    const prefix = decodeURIComponent(url.pathname).replace(/^\/+|\/+$/g, "");
    if (url.host !== "") {
      const { region, endpoint, anonymous } = Object.fromEntries(url.searchParams);
      return {
        bucket: decodeURIComponent(url.host),
        ...(prefix === "" ? {} : { prefix }),
        ...(region ? { region } : {}),
        ...(endpoint ? { endpoint } : {}),
        ...(anonymous === "true" ? { anonymous: true } : {}),
      };
    }
    return url.protocol === "efd:" && url.pathname !== "" ? { path: decodeURIComponent(url.pathname) } : undefined;
  },
};

/** The observatory's archive of telemetry: topics as Parquet files in object storage. */
export const efd = defineConnector({ id: "efd", options: efdOptions, address, connect });
