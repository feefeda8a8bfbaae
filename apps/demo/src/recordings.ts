import { join } from "node:path";
import { clRecordings } from "@sonde/cl-recordings";
import { writeSampleRecording } from "@sonde/cl-recordings/testing";
import { fileSink } from "@sonde/hdf5/write/node";
import type { DemoArchive } from "./archive.js";
import { makeOnce, shown } from "./files.js";

/** Living neurons that play a game: samples, spikes, stims and the game's data stream in one HDF5 file. */
export const recordings: DemoArchive = {
  name: "recording",
  title: "Cortical Labs: a recording of living neurons",
  async open(folder) {
    const path = join(folder, "sample.h5");
    await makeOnce(path, "a sample recording", (unfinished) => writeSampleRecording(fileSink(unfinished)));
    const source = await clRecordings.open({ path });
    return {
      source,
      [Symbol.asyncDispose]: () => source.close(),
      async show() {
        console.log(source.client);

        console.log("\nIts streams, as every archive shows them:");
        for await (const stream of source.streams()) {
          const { kind, rows, extent } = await stream.describe();
          const seconds = extent ? Number(extent.end - extent.start) / 1e9 : 0;
          console.log(`  ${stream.name.padEnd(34)} ${kind.padEnd(7)} ${String(rows ?? "?").padStart(6)} rows over ${seconds.toFixed(3)} s`);
        }

        console.log("\nSpikes of the 20 ms after the first stimulation:");
        const first = await (await source.stream("stims")).rows().first();
        const spikes = await source.stream("spikes");
        if (first) console.log(await spikes.table({ start: first.time, span: "20ms", columns: ["tick", "channel"] }));

        console.log("\nOne electrode, 2 s in windows of 250 ms, in microvolts:");
        const samples = await source.stream("samples");
        console.log(await samples.windows({ width: "250ms", columns: ["channel_09"] }).table());

        console.log("\nWhere the game's ball was:");
        console.log(await (await source.stream("data_stream/ball")).head(5));

        console.log("\nA data stream whose entries are of any kind, as in the Cortical Labs tutorial:");
        const entries = source.client.dataStreams.get<{ score: number }>("example_data_stream");
        for await (const [tick, value] of entries.entries({ from: 2665n, to: 2668n })) console.log(`  ${tick}`, value);
        console.log(`  score: ${entries.attributes.application.score}`);

        console.log("\nThe same from a shell:");
        console.log(`  npx sonde ls -l ${shown(path)}`);
      },
    };
  },
};
