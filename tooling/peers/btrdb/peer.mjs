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
  compares: `The genuine client and ours ask the server of \`@sonde/btrdb/testing\` the same: points, windows, nearest points, counts, changes and the
server's CSV, of streams that either made by inserts of every policy, deletes and updates, and at old versions; metadata and SQL; sets as
frames, series, rows and CSV; the same by the Arrow calls; and what goes wrong. Answers of the two are equal, digit for digit. Those of the genuine
client are compared besides with lists of points that were never in a tree.`,
  known: [],
  environment,
  suite: async (context) => (await import("./suite.mjs")).suite(context),
};
