import { fileURLToPath } from "node:url";
import { pythonEnvironment } from "../lib/python.mjs";

const environment = pythonEnvironment({
  name: "cl-sdk",
  requirements: fileURLToPath(new URL("requirements.txt", import.meta.url)),
  python: "3.12",
});

export const clSdk = {
  name: "cl-sdk",
  versions: ["cl-sdk", "tables", "msgpack-numpy", "numpy"].map((name) => `${name} ${environment.version(name)}`),
  licence: "CC BY-NC 4.0 (installed and run, nothing of it copied)",
  compares: `Recordings of living neurons. The SDK's simulator records samples, spikes, stimulations and data streams; every attribute, row and entry that
its \`RecordingView\` finds is compared with what \`@sonde/cl-recordings\` reads from the same file. \`RecordingView\` opens a recording that we wrote,
and finds the same in it.`,
  known: [],
  environment,
  /** Time runs as fast as it can, without the local server of the visualiser, and noise is the same in every run. */
  environmentVariables: {
    CL_SDK_ACCELERATED_TIME: "1",
    CL_SDK_VISUALISATION: "0",
    CL_SDK_RANDOM_SEED: "20241219",
    CL_SDK_SPIKE_PERCENTILE: "99.95",
  },
  suite: async (context) => (await import("./suite.mjs")).suite(context),
};
