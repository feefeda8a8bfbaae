import { fileURLToPath } from "node:url";
import { pythonEnvironment } from "../lib/python.mjs";

const environment = pythonEnvironment({
  name: "btrdb",
  requirements: fileURLToPath(new URL("requirements.txt", import.meta.url)),
  python: "3.11",
});

export const btrdb = {
  name: "btrdb",
  versions: ["btrdb", "grpcio", "pyarrow"].map((name) => `${name} ${environment.version(name)}`),
  licence: "BSD-3-Clause, Apache-2.0, Apache-2.0",
  compares: `The genuine client asks the server of \`@sonde/btrdb/testing\`: streams, points, windows, nearest points, counts, inserts by every
policy, deletes, old versions, metadata, SQL, the Arrow calls and the errors that codes become. Its answers are compared with lists of points
that were never in a tree.`,
  known: [],
  environment,
  suite: async (context) => (await import("./suite.mjs")).suite(context),
};
