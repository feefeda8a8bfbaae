import { defineConnector } from "@sonde/core";
import type { Address, Call, Driver } from "@sonde/core/connector";
import { createDrift, type Drift } from "./client/drift.js";
import { sessionOf } from "./client/session.js";
import { openBackEnds } from "./connect.js";
import { driftDriver } from "./driver/driver.js";
import { type DriftInput, type DriftOptions, driftOptions } from "./options.js";

async function connect(options: DriftOptions, { signal, observe }: Call): Promise<Driver<Drift>> {
  const backEnds = await openBackEnds(options, { signal, observe });
  return driftDriver({ client: createDrift(backEnds, options), session: sessionOf(backEnds, options) });
}

const address: Address<DriftInput> = {
  schemes: ["drift"],
  /** `drift://host`, or `drift:///path/of/an/export`. What stands before "@" would be a secret, and is refused. */
  toOptions(url) {
    if (url.protocol !== "drift:" || url.username !== "" || url.port !== "") return undefined;
    const path = decodeURIComponent(url.pathname);
    if (url.host === "") return path.length > 1 ? { path } : undefined;
    return path === "" || path === "/" ? { host: url.host } : undefined;
  },
};

/** Packages, wavelets, images and metrics of a PANDA|Drift device, or a folder of its packages. */
export const drift = defineConnector({ id: "drift", options: driftOptions, address, connect });
