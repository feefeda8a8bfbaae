import { fileURLToPath } from "node:url";
import { pythonEnvironment } from "../lib/python.mjs";
import { installedInfluxd, installInfluxd, version } from "./influxd.mjs";

const environment = pythonEnvironment({
  name: "influxdb",
  requirements: fileURLToPath(new URL("requirements.txt", import.meta.url)),
  python: "3.11",
});

export const influxdb = {
  name: "influxdb",
  versions: [`InfluxDB ${version}`, ...["lsst-efd-client", "aioinflux"].map((name) => `${name} ${environment.version(name)}`)],
  licence: "MIT, MIT, MIT",
  compares: `A real InfluxDB 1, with users and passwords, and the observatory's own client. Topics, fields, time series, components, newest
rows and packed signals come from \`@sonde/efd\` as from \`EfdClient\`; what was written is read back by its nanoseconds and bits, whatever
names hold; windows that the database computes are those of pandas; refusals come as typed errors.`,
  known: [],
  environment: {
    installed: () => (installedInfluxd() === undefined ? undefined : environment.installed()),
    install: async () => ((await installInfluxd()) === undefined ? undefined : environment.install()),
  },
  suite: async (context) => (await import("./suite.mjs")).suite({ ...context, binary: installedInfluxd() }),
};
