import { fileURLToPath } from "node:url";
import { pythonEnvironment } from "../lib/python.mjs";

const environment = pythonEnvironment({
  name: "msgpack-numpy",
  requirements: fileURLToPath(new URL("requirements.txt", import.meta.url)),
  python: "3.11",
});

export const msgpackNumpy = {
  name: "msgpack-numpy",
  versions: ["msgpack-numpy", "msgpack", "numpy"].map((name) => `${name} ${environment.version(name)}`),
  licence: "BSD-3-Clause, Apache-2.0, BSD-3-Clause",
  compares: `Messages with NumPy arrays. Values of every type and byte order that Python packs are decoded by \`@sonde/msgpack-numpy\` and written
back byte for byte; what it encodes is unpacked by Python, value for value.`,
  known: [
    {
      cases: /^writes (the bytes of )?(an array \|V|raw bytes)/,
      reason: "msgpack-numpy reads raw bytes of NumPy (`|V3`) back as records with a field `f0`; here they stay raw bytes",
    },
  ],
  environment,
  suite: async (context) => (await import("./suite.mjs")).suite(context),
};
