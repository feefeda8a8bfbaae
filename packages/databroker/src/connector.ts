import { defineConnector, sondeError } from "@sonde/core";
import type { Address, Call, Driver } from "@sonde/core/connector";
import { catalogView } from "./catalog/catalog.js";
import { openCatalog } from "./catalog/open.js";
import type { RunCatalog } from "./catalog/types.js";
import { catalogDriver } from "./driver/driver.js";
import { type DatabrokerInput, type DatabrokerOptions, databrokerOptions } from "./options.js";

async function connect(options: DatabrokerOptions, call: Call): Promise<Driver<RunCatalog>> {
  call.signal.throwIfAborted();
  const { path, catalog, ...rest } = options;
  if ((path === undefined) === (catalog === undefined)) {
    throw sondeError("options", "databroker needs either `path` or `catalog`", {
      issues: [{ path: "path", message: "give it, or `catalog`" }],
    });
  }
  const opened = catalog ?? (path === undefined ? undefined : await openCatalog(path, { ...rest, signal: call.signal }));
  const view = opened === undefined ? undefined : catalogView(opened);
  if (opened === undefined || view === undefined) {
    throw sondeError("options", "`catalog` was made by another copy of @sonde/databroker: open it with this one", {
      issues: [{ path: "catalog", message: "is of another copy" }],
    });
  }
  return catalogDriver(opened, view, async () => {
    if (catalog === undefined) await opened.close();
  });
}

/** Of another kind, by its extension; a path without one may be a folder. */
const otherFile = /\.(?!msgpack$|jsonl$|ya?ml$)[a-z][a-z0-9]{1,7}$/i;

const address: Address<DatabrokerInput> = {
  schemes: ["file", "databroker", "tiled+http", "tiled+https", "mongodb", "mongodb+srv"],
  extensions: [".msgpack", ".jsonl", ".yml", ".yaml"],
  toOptions: (url) => {
    if (url.protocol === "file:") return otherFile.test(url.pathname) ? undefined : { path: url.href };
    if (url.protocol.startsWith("tiled+")) return { path: url.href.slice("tiled+".length) };
    if (url.protocol.startsWith("mongodb")) return { path: url.href };
    return url.protocol === "databroker:" ? { path: decodeURIComponent(`${url.host}${url.pathname}`) } : undefined;
  },
};

/** Runs of Bluesky: a folder of them, a databroker-pack, one file, a Tiled server, MongoDB, or a catalog that is open already. */
export const databroker = defineConnector({ id: "databroker", options: databrokerOptions, address, connect });
