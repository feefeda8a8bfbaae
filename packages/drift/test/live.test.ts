import { conformance } from "@sonde/testkit";
import { afterAll } from "vitest";
import { drift } from "../src/index.js";
import { seriesPackage, startBroker, startDevice } from "../src/testing/index.js";

const first = 1_676_296_193_326n;
const device = await startDevice({ serve: ["reductstore"] });
const broker = await startBroker();
afterAll(async () => {
  await device.close();
  await broker.close();
});
const packageAt = (id: bigint) => seriesPackage(id, { size: 100, steps: 2, sample: (k) => k });
for (let k = 0n; k < 5n; k++) device.put("acc-5", first + 1000n * k, packageAt(first + 1000n * k));
let published = first + 1_000_000n;

conformance(drift, {
  options: { ...device.options, bus: "auto", ports: { ...device.options.ports, mqtt: broker.port } },
  stream: { id: "acc-5", rows: 500 },
  describeRequests: 12,
  lookAhead: 40,
  live: {
    async emit(_stream, driver) {
      published += 1000n;
      await driver.client.publish("drift/acc-5", packageAt(published));
      return 100;
    },
  },
});
