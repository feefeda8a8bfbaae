import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { installed, installOnce } from "../lib/cache.mjs";
import { run } from "../lib/process.mjs";
import { interpreter } from "../lib/python.mjs";
import { oldPython } from "./old-python.mjs";

const file = (name) => fileURLToPath(new URL(name, import.meta.url));
const requirements = [file("requirements.txt"), file("requirements-v2.txt")];
const pins = { packages: requirements.map((path) => readFileSync(path, "utf8")) };
const oldFolder = (folder) => join(folder, "version-2");
const intact = (folder) => existsSync(interpreter(folder)) && existsSync(oldFolder(folder));

/** Both versions of one package, so one of them goes to a folder of its own. */
async function build(folder) {
  await run(await oldPython(), ["-m", "venv", folder]);
  const pip = ["-m", "pip", "install", "--disable-pip-version-check", "--no-deps", "--only-binary", ":all:"];
  await run(interpreter(folder), [...pip, "--requirement", requirements[0]]);
  await run(interpreter(folder), [...pip, "--target", oldFolder(folder), "--requirement", requirements[1]]);
}

export const waveletBuffer = {
  name: "wavelet-buffer",
  versions: ["wavelet-buffer 0.7.1", "wavelet-buffer 0.5.1", "drift-bytes 0.3.0"],
  licence: "MPL-2.0",
  compares: `WaveletBuffers of both versions of the format. 300 random signals and images for each, over wavelets, steps, shapes, denoisers and levels, are
written there and composed here at every scale; what \`@sonde/wavelet-buffer\` takes apart and writes is composed there, and written again byte for byte.
Values agree within 1e-5 of the greatest, for both sides add floats in an order of their own. DriftBytes go both ways byte for byte.`,
  known: [
    {
      cases: /^(composes at scale \d+|finds the (energies|distance) of) version 2.*a subband of zeros$/,
      reason:
        "wavelet-buffer 0.5.1 makes values of what its own writer left behind a compressed subband of zeros; here they are zeros, as they were",
    },
  ],
  environment: {
    installed: () => installed("wavelet-buffer", pins, intact),
    install: () => installOnce("wavelet-buffer", pins, { intact, build }),
  },
  suite: async (context) => (await import("./suite.mjs")).suite({ ...context, oldFolder: oldFolder(context.folder) }),
};
