import { fileURLToPath } from "node:url";
import { pythonEnvironment } from "../lib/python.mjs";

const environment = pythonEnvironment({
  name: "tiled",
  requirements: fileURLToPath(new URL("requirements.txt", import.meta.url)),
  python: "3.12",
});

export const tiled = {
  name: "tiled",
  versions: ["tiled", "bluesky-tiled-plugins", "bluesky", "ophyd"].map((name) => `${name} ${environment.version(name)}`),
  licence: "BSD-3-Clause",
  compares: `A Tiled server with Bluesky's plug-ins. Runs that the RunEngine makes are written by TiledWriter, and what \`@sonde/databroker/tiled\` reads
back (listings, lookups, searches, streams, devices, configuration, tables, events, images) is compared with the same documents in a file; a run under way
is followed by its sockets to the stop.`,
  known: [
    {
      cases: /^Typed, (start|configuration of (a_big|a_nan|an_inf)|primary\.a_big)$/,
      reason: "TiledWriter cuts whole numbers to 53 bits and infinities to the largest float, and JSON has no NaN",
    },
    {
      cases: /^AD_HDF5, images of cam$/,
      reason:
        "the server itself answers 500 for HDF5 files with several frames an event, whose shape TiledWriter states otherwise than the file",
    },
  ],
  environment,
  environmentVariables: { TZ: "UTC" },
  suite: async (context) => (await import("./suite.mjs")).suite(context),
};
