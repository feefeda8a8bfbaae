import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { summarize } from "@sonde/core";
import { databroker, encodeRun, memoryCatalog } from "@sonde/databroker";
import { sampleImages, sampleScan } from "@sonde/databroker/testing";
import type { DemoArchive } from "./archive.js";
import { makeOnce } from "./files.js";

const runs = 20;
/** The runs are a quarter of an hour apart. */
const firstRun = 1_700_000_000;

/** Twenty runs of a simulated beamline, every fourth with images, as suitcase's msgpack files. */
export const beamline: DemoArchive = {
  name: "beamline",
  title: "databroker: runs of a beamline",
  async open(folder) {
    const path = join(folder, "runs");
    await makeOnce(path, `${runs} runs`, writeRuns);
    const source = await databroker.open({ path });
    return {
      source,
      [Symbol.asyncDispose]: () => source.close(),
      async show() {
        const run = await source.client.run(-2);
        console.log(run);

        console.log("\nIts table, and what is in it:");
        const table = await run.table();
        console.log(table);
        console.log(summarize(table));

        const images = (await source.client.run(-1)).images("image");
        const first = await images.first();
        console.log(`\nThe newest run has ${await images.length()} images of ${first?.shape.join(" × ")}`);
      },
    };
  },
};

async function writeRuns(folder: string): Promise<void> {
  await mkdir(folder);
  const { signal } = new AbortController();
  for (let index = 1; index <= runs; index++) {
    const options = { seed: index, time: firstRun + 900 * index, metadata: { operator: index % 3 === 0 ? "Grace" : "Ada" } };
    const catalog = memoryCatalog(index % 4 === 0 ? sampleImages(6, options) : sampleScan(15, options));
    const run = await catalog.run(-1);
    await writeFile(join(folder, `${run.uid}.msgpack`), await encodeRun(run, "msgpack", { signal }));
  }
}
