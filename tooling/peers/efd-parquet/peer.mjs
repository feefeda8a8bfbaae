import { fileURLToPath } from "node:url";
import { pythonEnvironment } from "../lib/python.mjs";

/** The same programs as those that core's formats are held against. */
const environment = pythonEnvironment({
  name: "pyarrow",
  requirements: fileURLToPath(new URL("../pyarrow/requirements.txt", import.meta.url)),
  python: "3.11",
});

export const efdParquet = {
  name: "efd-parquet",
  versions: ["pyarrow"].map((name) => `${name} ${environment.version(name)}`),
  licence: "Apache-2.0",
  compares: `Parquet. 200 files of random schemas that pyarrow writes, of every type, encoding, codec, version of pages, size of pages and row groups,
with nulls, lists, structs and maps, are read by \`@sonde/efd/parquet\` cell by cell; their plain columns, written again by \`@sonde/core\`, are read by pyarrow.`,
  known: [],
  environment,
  suite: async (context) => (await import("./suite.mjs")).suite(context),
};
