import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startDevice, startInflux } from "@sonde/drift/testing";
import { binaryOf, reductstore, versions } from "@sonde-tooling/peers/reductstore/peer";
import { startReductStore } from "@sonde-tooling/peers/reductstore/server";

// `server.mjs <folder>`: a folder's packages as a bucket and, where it is installed, in a ReductStore, with the metrics that name them.
// Prints where they are; ends with its standard input.

const topic = "acc-5";
const password = "bench";
const folder = join(process.argv[2], topic);
const device = await startDevice({ password, serve: ["minio"] });
const influx = await startInflux({ token: password });
const installed = reductstore.environment.installed();
const scratch = mkdtempSync(join(tmpdir(), "sonde-bench-"));
const reduct = installed && (await startReductStore(binaryOf(installed, versions.at(-1)), scratch, password));

const ids = readdirSync(folder)
  .map((name) => BigInt(name.slice(0, -".dp".length)))
  .sort((a, b) => (a < b ? -1 : 1));
for (const id of ids) {
  const bytes = readFileSync(join(folder, `${id}.dp`));
  device.put(topic, id, bytes);
  influx.write(topic, id * 1_000_000n, { status: 0n });
  await reduct?.put(topic, id, bytes);
}
const ports = { minio: device.options.ports.minio, influx: influx.port, reductStore: reduct?.port };
console.log(JSON.stringify({ password, topic, ports, start: Number(ids[0] / 1000n), stop: Number(ids.at(-1) / 1000n) + 1 }));
process.stdin.resume();
process.stdin.on("end", async () => {
  await reduct?.stop();
  rmSync(scratch, { recursive: true, force: true });
  process.exit(0);
});
