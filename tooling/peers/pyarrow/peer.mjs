import { fileURLToPath } from "node:url";
import { pythonEnvironment } from "../lib/python.mjs";

const environment = pythonEnvironment({
  name: "pyarrow",
  requirements: fileURLToPath(new URL("requirements.txt", import.meta.url)),
  python: "3.11",
});

export const pyarrow = {
  name: "pyarrow",
  versions: ["pyarrow"].map((name) => `${name} ${environment.version(name)}`),
  licence: "Apache-2.0",
  compares: `Tables. What \`@sonde/core\` writes as Parquet, Arrow IPC (stream and file) and CSV is read by pyarrow cell by cell, types and
metadata included; Arrow IPC that pyarrow writes, of every type, sliced and in several batches, is read by \`@sonde/core\`.
Streams of \`@sonde/server\` are read by the lines of Python that its README shows.`,
  known: [],
  environment,
  suite: async (context) => (await import("./suite.mjs")).suite(context),
};
