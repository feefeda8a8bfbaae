import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { installed, installOnce } from "../lib/cache.mjs";
import { run } from "../lib/process.mjs";
import { interpreter } from "../lib/python.mjs";
import { oldPython } from "../wavelet-buffer/old-python.mjs";

const requirements = fileURLToPath(new URL("requirements.txt", import.meta.url));
const pins = { packages: readFileSync(requirements, "utf8") };
const intact = (folder) => existsSync(interpreter(folder));

/** One of the packages, paho-mqtt 1.6.1, has no wheel; it is built by the setuptools that are pinned. */
async function build(folder) {
  await run(await oldPython(), ["-m", "venv", folder]);
  const pip = ["-m", "pip", "install", "--disable-pip-version-check", "--no-deps", "--prefer-binary"];
  await run(interpreter(folder), [...pip, "--requirement", requirements], { timeout: 1_800_000 });
}

export const driftClient = {
  name: "drift",
  versions: ["drift-python-client 0.10.0", "wavelet-buffer 0.7.1"],
  licence: "MPL-2.0",
  compares: `The genuine client and ours ask one device the same: topics, names of packages, walks, metrics, values of series and images at three
scales, typed data, good packages and bad ones. The device is the one of \`@sonde/drift/testing\`; where the peers \`reductstore\` and \`versitygw\`
are installed, their servers hold the same packages. Metrics come from our server of InfluxDB's answers, for InfluxDB itself is not to be had
as a package. Values agree within 1e-5 of the greatest, all else is equal.`,
  known: [],
  environment: {
    installed: () => installed("drift", pins, intact),
    install: () => installOnce("drift", pins, { intact, build }),
  },
  suite: async (context) => (await import("./suite.mjs")).suite(context),
};
