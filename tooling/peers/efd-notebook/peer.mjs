import { fileURLToPath } from "node:url";
import { pythonEnvironment } from "../lib/python.mjs";

const environment = pythonEnvironment({
  name: "efd-notebook",
  requirements: fileURLToPath(new URL("requirements.txt", import.meta.url)),
  python: "3.11",
});

export const efdNotebook = {
  name: "efd-notebook",
  versions: ["boto3", "pandas", "pyarrow"].map((name) => `${name} ${environment.version(name)}`),
  licence: "Apache-2.0, BSD-3-Clause, Apache-2.0",
  compares: `The observatory's notebook. An hour of an archive that \`@sonde/efd\` made is downloaded, read and put together as the notebook does it, with boto3,
pyarrow and pandas; its list of files and every cell of its frame, bit by bit, are those that the client reads from the same bucket.`,
  known: [],
  environment,
  suite: async (context) => (await import("./suite.mjs")).suite(context),
};
