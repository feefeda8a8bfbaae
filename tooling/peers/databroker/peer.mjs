import { fileURLToPath } from "node:url";
import { pythonEnvironment } from "../lib/python.mjs";

const environment = pythonEnvironment({
  name: "databroker",
  requirements: fileURLToPath(new URL("requirements.txt", import.meta.url)),
  python: "3.11",
});

export const databroker = {
  name: "databroker",
  versions: ["databroker", "bluesky", "ophyd", "suitcase-msgpack", "suitcase-jsonl", "area-detector-handlers"].map(
    (name) => `${name} ${environment.version(name)}`,
  ),
  licence: "BSD-3-Clause",
  compares: `Runs made on the spot by Bluesky's RunEngine with ophyd's simulated devices: scans, grids, images in files of NumPy, TIFF and HDF5, two
descriptors in a stream, failures, other languages' letters, oddities of NumPy. databroker answers every question about them (headers, lookups,
searches, fields, devices, configuration, tables, events, images) and \`@sonde/databroker\` answers them over the same msgpack and JSONL; what it exports, as
msgpack, JSONL and packs, databroker reads back equal.`,
  known: [],
  environment,
  environmentVariables: { TZ: "UTC", MPLBACKEND: "Agg" },
  suite: async (context) => (await import("./suite.mjs")).suite(context),
};
