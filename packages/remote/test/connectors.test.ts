import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { btrdb } from "@sonde/btrdb";
import { startServer } from "@sonde/btrdb/testing";
import { clRecordings } from "@sonde/cl-recordings";
import { sampleRecording } from "@sonde/cl-recordings/testing";
import { databroker, memoryCatalog } from "@sonde/databroker";
import { sampleImages, sampleScan } from "@sonde/databroker/testing";
import { efd } from "@sonde/efd";
import { makeExampleArchive } from "@sonde/efd/testing";
import { decode } from "@sonde/msgpack-numpy";
import { conformance } from "@sonde/testkit";
import { afterAll, expect, test } from "vitest";
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

const folder = await mkdtemp(join(tmpdir(), "sonde-remote-"));
closing.push({ close: () => rm(folder, { recursive: true }) });
await makeExampleArchive(folder, { topics: 2, span: "2m" });
const telescope = await served(efd, { path: folder });
closing.push(telescope);
conformance(remote, {
  options: { url: telescope.url },
  stream: { id: "example-001-aggregated", rows: 120, firstTimes: [1_596_837_600_500_000_000n, 1_596_837_601_500_000_000n] },
  newest: {},
  objects: {},
  windows: { widths: [10_000_000_000n, 60_000_000_000n] },
});

const beamline = await served(databroker, { catalog: memoryCatalog([...sampleScan(), ...sampleImages()]) });
closing.push(beamline);
for await (const { id, name } of beamline.source.streams()) {
  conformance(remote, {
    options: { url: beamline.url },
    stream: { id },
    newest: {},
    collections: {},
    ...(name.includes("image") && { arrays: {} }),
  });
}

test("windows of statistics are merged next to the data, as they would be here", async () => {
  await using near = await remote.open({ url: telescope.url });
  const ask = { start: "2020-08-07T22:00Z", end: "2020-08-07T22:02Z", width: "30s", columns: ["value1"] } as const;
  const [there, here] = await Promise.all(
    [near, telescope.source].map(async (source) => await (await source.stream("example-000-aggregated")).windows(ask).rows().toArray()),
  );
  expect(there).toEqual(here);
  expect(there).toHaveLength(4);
});
