import { mkdir, rename, stat } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { clRecordings } from "@sonde/cl-recordings";
import { writeSampleRecording } from "@sonde/cl-recordings/testing";
import { fileSink } from "@sonde/hdf5/write/node";

/** The sample is kept beside the program, so that the second time is quick. */
const folder = join(dirname(fileURLToPath(import.meta.url)), "../.cache");
const path = join(folder, "sample.h5");

async function makeSample(): Promise<void> {
  if (await stat(path).catch(() => undefined)) return;
  await mkdir(folder, { recursive: true });
  const started = performance.now();
  const unfinished = `${path}.${process.pid}.partial`;
  await writeSampleRecording(fileSink(unfinished));
  await rename(unfinished, path);
  console.log(`Made a sample recording in ${Math.round(performance.now() - started)} ms: ${relative(process.cwd(), path)}\n`);
}

async function show(): Promise<void> {
  await using recording = await clRecordings.open({ path });
  console.log(recording.client);

  console.log("\nIts streams, as every archive shows them:");
  for await (const stream of recording.streams()) {
    const { kind, rows, extent } = await stream.describe();
    const seconds = extent ? Number(extent.end - extent.start) / 1e9 : 0;
    console.log(`  ${stream.name.padEnd(34)} ${kind.padEnd(7)} ${String(rows ?? "?").padStart(6)} rows over ${seconds.toFixed(3)} s`);
  }

  console.log("\nSpikes of the 20 ms after the first stimulation:");
  const first = await (await recording.stream("stims")).rows().first();
  const spikes = await recording.stream("spikes");
  if (first) console.log(await spikes.table({ start: first.time, span: "20ms", columns: ["tick", "channel"] }));

  console.log("\nOne electrode, 2 s in windows of 250 ms, in microvolts:");
  const samples = await recording.stream("samples");
  console.log(await samples.windows({ width: "250ms", columns: ["channel_09"] }).table());

  console.log("\nWhere the game's ball was:");
  console.log(await (await recording.stream("data_stream/ball")).head(5));

  console.log("\nA data stream whose entries are of any kind, as in the Cortical Labs tutorial:");
  const entries = recording.client.dataStreams.get<{ score: number }>("example_data_stream");
  for await (const [tick, value] of entries.entries({ from: 2665n, to: 2668n })) console.log(`  ${tick}`, value);
  console.log(`  score: ${entries.attributes.application.score}`);

  console.log("\nThe same from a shell:");
  console.log(`  npx sonde ls -l ${relative(process.cwd(), path)}`);
}

await makeSample();
await show();
