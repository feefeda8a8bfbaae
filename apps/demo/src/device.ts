import { drift } from "@sonde/drift";
import { imagePackage, memoryMetrics, seriesPackage, startDevice } from "@sonde/drift/testing";
import type { DemoArchive } from "./archive.js";

/** 2023-02-13T13:00Z, in the milliseconds that packages are called by. */
const first = 1_676_293_200_000n;
const minutes = 60;
const rate = 12_000;

/** An hour of an industrial device: vibration and a camera picture each minute, and the metrics of the same events. */
export const device: DemoArchive = {
  name: "device",
  title: "PANDA|Drift: wavelets, images and metrics of an industrial device",
  async open() {
    const ids = Array.from({ length: minutes }, (_, minute) => first + 60_000n * BigInt(minute));
    const energy = (step: number, minute: number) => 2 ** step / (1 + Math.abs(30 - minute) / 10);
    const energies = ids.map((id, minute) => ({
      time: id * 1_000_000n,
      fields: Object.fromEntries([1, 2, 3, 4, 5, 6].map((step) => [`d${step}`, energy(step, minute)])),
    }));
    const server = await startDevice({ metrics: memoryMetrics({ "energy-distr-1": energies }) });
    for (const [minute, id] of ids.entries()) {
      const loud = 1 / (1 + Math.abs(30 - minute) / 10);
      const vibration = (sample: number) => loud * Math.sin(sample / 40) + 0.1 * Math.sin(sample / 3);
      server.put("acc-5", id, seriesPackage(id, { size: rate, steps: 7, sample: vibration }));
      if (minute % 10 !== 0) continue;
      const pixel = (channel: number, row: number, column: number) => (channel === 0 ? row / 120 : channel === 1 ? column / 160 : loud);
      server.put("camera", id, imagePackage(id, { width: 160, height: 120, steps: 3, pixel }));
    }
    const source = await drift.open(server.options);
    return {
      source,
      async [Symbol.asyncDispose]() {
        await source.close();
        await server.close();
      },
      async show() {
        for (const { name, kind } of await source.client.topics()) console.log(`  ${name.padEnd(16)} ${kind}`);

        const loudest = (await source.client.packageNames("acc-5", { start: "2023-02-13T13:30Z" }).first()) ?? "";
        const pkg = await source.client.package(loudest);
        console.log(`\nPackage ${pkg.id}, ${pkg.status.name}:\n${pkg.buffer.summary()}`);

        console.log("\nThe energies of the loudest minutes:");
        const energies = await source.stream("energy-distr-1");
        console.log(await energies.table({ start: "2023-02-13T13:28Z", span: "5m", columns: ["d1", "d2", "d3"] }));
      },
    };
  },
};
