import { fileURLToPath } from "node:url";
import { pythonEnvironment } from "../lib/python.mjs";

const environment = pythonEnvironment({
  name: "efd-statistics",
  requirements: fileURLToPath(new URL("requirements.txt", import.meta.url)),
  // Before 3.11 `stdev` took the root of a variance that was rounded already.
  python: "3.11",
});

export const efdStatistics = {
  name: "efd-statistics",
  versions: ["CPython 3.11 or later"],
  licence: "PSF-2.0",
  compares: `The statistics of a window. What \`aggregate\` of \`@sonde/efd\` gives for 1 000 random windows of doubles and of whole numbers (huge,
tiny, subnormal, cancelling, a few units in the last place apart) is bit for bit what CPython's \`statistics\` gives, all seven of them.`,
  known: [],
  environment,
  suite: async (context) => (await import("./suite.mjs")).suite(context),
};
