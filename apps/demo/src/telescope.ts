import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { efd } from "@sonde/efd";
import { makeExampleArchive } from "@sonde/efd/testing";
import type { DemoArchive } from "./archive.js";
import { makeOnce } from "./files.js";

const hour = { start: "2020-08-07T22:00Z", end: "2020-08-07T23:00Z" };

/** The ten example topics of the Rubin Observatory, aggregated to a second, as Parquet files in hourly folders. */
export const telescope: DemoArchive = {
  name: "telescope",
  title: "EFD: aggregated telemetry of a telescope",
  async open(folder) {
    const path = join(folder, "bucket");
    await makeOnce(path, "an hour of ten topics", async (unfinished) => {
      await mkdir(unfinished);
      await makeExampleArchive(unfinished);
    });
    const source = await efd.open({ path });
    return {
      source,
      [Symbol.asyncDispose]: () => source.close(),
      async show() {
        const names: string[] = [];
        for await (const { name } of source.client.topics()) names.push(name);
        console.log(`${names.length} topics: ${names.slice(0, 3).join(", ")}, …`);

        console.log("\nOne hour of one field of a topic, exactly its columns, from six files:");
        const topic = await source.stream("example-002-aggregated");
        console.log(await topic.table({ ...hour, columns: ["value1"] }));

        console.log("\nThe same in windows of ten minutes, merged from the statistics as they are stored:");
        console.log(await topic.windows({ ...hour, width: "10m", columns: ["value1"] }).table());
      },
    };
  },
};
