import { btrdb } from "@sonde/btrdb";
import { startServer } from "@sonde/btrdb/testing";
import { clRecordings } from "@sonde/cl-recordings";
import { sampleRecording } from "@sonde/cl-recordings/testing";
import { decode } from "@sonde/msgpack-numpy";
import { conformance } from "@sonde/testkit";
import { afterAll } from "vitest";
import { remote } from "../src/index.js";
import { served } from "./support/serving.js";

const closing: { close(): Promise<void> }[] = [];
afterAll(async () => {
  for (const one of closing.reverse()) await one.close();
});

const recording = await served(clRecordings, { path: await sampleRecording() });
closing.push(recording);
for (const id of ["samples", "spikes", "stims"]) {
  conformance(remote, { options: { url: recording.url, decoders: { msgpack: decode } }, stream: { id } });
}
for await (const { id } of recording.source.streams()) {
  if (!id.startsWith("data_stream/")) continue;
  conformance(remote, { options: { url: recording.url, decoders: { msgpack: decode } }, stream: { id } });
}

const origin = 1_500_000_000_000_000_001n;
const uuid = "07d28a44-4991-492d-b9c5-2d8cec5aa6d4";
const grid = await startServer({ bufferLimit: 0 });
closing.push(grid);
grid.create({ uuid, collection: "plant/pump", name: "flow", unit: "m3/s" });
grid.insert(uuid, {
  times: BigInt64Array.from({ length: 20_000 }, (_, row) => origin + BigInt(row) * 1_000_000n),
  values: Float64Array.from({ length: 20_000 }, (_, row) => Math.sin(row / 50)),
});
const plant = await served(btrdb, { endpoint: grid.endpoint });
closing.push(plant);
conformance(remote, {
  options: { url: plant.url },
  stream: { id: uuid, rows: 20_000, firstTimes: [origin, origin + 1_000_000n] },
  windows: { widths: [1n << 25n, 10_000_000n, 7_777_777n] },
  newest: {},
  versions: {},
  collections: {},
});
