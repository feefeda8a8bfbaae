import type { ConnectorEntry } from "./entry.js";

/**
 * What `sonde` opens by itself, in the order in which they are asked. Each package is imported when an address is its own: what stands
 * here besides is what its connector says, said again so that it need not be loaded for that.
 */
export const builtin: readonly ConnectorEntry[] = [
  entry(
    "cl-recordings",
    "@sonde/cl-recordings",
    ["file", "cl-recordings"],
    [".h5"],
    async () => (await import("@sonde/cl-recordings")).clRecordings,
  ),
  entry("parquet", "@sonde/efd", ["file"], [".parquet"], async () => (await import("@sonde/efd/parquet")).parquet),
  entry(
    "databroker",
    "@sonde/databroker",
    ["file", "databroker", "tiled+http", "tiled+https", "mongodb", "mongodb+srv"],
    [".msgpack", ".jsonl", ".yml", ".yaml"],
    async () => (await import("@sonde/databroker")).databroker,
  ),
  entry("efd", "@sonde/efd", ["efd", "s3"], [], async () => (await import("@sonde/efd")).efd),
  entry("efd-influx", "@sonde/efd", ["efd+influx", "efd+influx+http"], [], async () => (await import("@sonde/efd")).efdInflux),
  entry("drift", "@sonde/drift", ["drift"], [], async () => (await import("@sonde/drift")).drift),
  entry("btrdb", "@sonde/btrdb", ["btrdb"], [], async () => (await import("@sonde/btrdb")).btrdb),
  entry("remote", "@sonde/remote", ["sonde+http", "sonde+https"], [], async () => (await import("@sonde/remote")).remote),
];

function entry(
  id: string,
  name: string,
  schemes: readonly string[],
  extensions: readonly string[],
  load: ConnectorEntry["load"],
): ConnectorEntry {
  return { id, package: name, schemes, extensions, load };
}
