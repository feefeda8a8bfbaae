import { fileURLToPath } from "node:url";
import { pythonEnvironment } from "../lib/python.mjs";

const environment = pythonEnvironment({
  name: "pytables",
  requirements: fileURLToPath(new URL("requirements.txt", import.meta.url)),
  python: "3.11",
});

export const pytables = {
  name: "pytables",
  versions: ["tables", "h5py", "numpy"].map((name) => `${name} ${environment.version(name)}`),
  licence: "BSD-3-Clause",
  compares: `HDF5 files. What PyTables and h5py write, of every numeric type and byte order, in one piece and in chunks, compressed, shuffled and with
checksums, as arrays, tables and attributes, is read by \`@sonde/hdf5\`; what \`@sonde/hdf5/write\` writes is read by both.`,
  known: [],
  environment,
  suite: async (context) => (await import("./suite.mjs")).suite(context),
};
