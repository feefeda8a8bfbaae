import { mkdtemp, rm, truncate } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { conformance, recordFetch } from "@sonde/testkit";
import { afterAll } from "vitest";
import { drift } from "../src/index.js";
import { memoryMetrics } from "../src/testing/index.js";
import { ids, metricRows, origin, packages, samples, startPlant, writePlant } from "./support/plant.js";

const quiet = createServer((socket) => socket.on("error", () => {}));
await new Promise<void>((resolve) => quiet.listen(0, "127.0.0.1", () => resolve()));
// A port that takes connections and says nothing.
const silentPort = (quiet.address() as { port: number }).port;
const folder = await mkdtemp(join(tmpdir(), "drift-"));
const damagedFolder = await mkdtemp(join(tmpdir(), "drift-"));
await writePlant(folder);
await writePlant(damagedFolder);
await truncate(join(damagedFolder, "acc-5", `${ids[7]}.dp`), 60);
const closing: { close(): Promise<void> }[] = [];
afterAll(async () => {
  quiet.close();
  for (const one of closing) await one.close();
  await rm(folder, { recursive: true });
  await rm(damagedFolder, { recursive: true });
});

const start = origin * 1_000_000n;
const stream = { id: "acc-5", rows: packages * samples, firstTimes: [start, start + 1_000_000n, start + 2_000_000n] };
const shared = {
  stream,
  overview: { levels: [1, 2, 5] },
  newest: {},
  objects: {},
  arrays: { stream: "camera", levels: [1, 2] },
  lookAhead: 40,
  describeRequests: 12,
} as const;

conformance(drift, {
  ...shared,
  options: { path: folder, metrics: memoryMetrics(metricRows) },
  invalid: [{}, { path: "" }, { path: folder, host: "device" }, { path: folder, unknown: 1 }, { path: folder, timeout: 5 }],
  unreachable: { host: "127.0.0.1", password: "wrong", ports: { reductStore: 1, minio: 1, influx: 1 }, attempts: 1 },
  damaged: { options: { path: damagedFolder }, stream: "acc-5", rows: 11 * samples },
  runtimes: { node: true, browser: true },
});

for (const api of ["1.0", "1.4", "1.10"]) {
  const device = await startPlant({ api, serve: ["reductstore"] });
  const broken = await startPlant({ api, serve: ["reductstore"] });
  closing.push(device, broken);
  const recorder = recordFetch();
  broken.put("acc-5", ids[7] ?? 0n, new Uint8Array(60).fill(0xff));
  conformance(drift, {
    ...shared,
    options: { ...device.options, fetch: (url, init) => recorder.fetch(url, init) },
    unauthorised: { ...device.options, password: "another-password", metrics: "none" },
    unreachable: { host: "127.0.0.1", password: "wrong", ports: { reductStore: 1, minio: 1, influx: 1 }, attempts: 1 },
    silent: {
      host: "127.0.0.1",
      password: "wrong",
      ports: { reductStore: silentPort, minio: silentPort, influx: silentPort },
      attempts: 1,
    },
    damaged: { options: broken.options, stream: "acc-5", rows: 11 * samples },
    secrets: [device.password, "another-password"],
    requests: recorder.requests,
  });
}
conformance(drift, {
  options: { path: folder, metrics: memoryMetrics(metricRows) },
  stream: { id: "metrics/energy-distr-1", rows: packages },
  newest: {},
});
for (const id of ["opcua", "typed", "notes", "flaky", "camera"]) {
  conformance(drift, { options: { path: folder, badPackages: "null" }, stream: { id }, lookAhead: 40, describeRequests: 12 });
}
