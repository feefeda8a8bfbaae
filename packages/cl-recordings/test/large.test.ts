import { cellOf } from "@sonde/core/connector";
import { memorySink } from "@sonde/hdf5/write";
import { decode } from "@sonde/msgpack-numpy";
import { beforeAll, describe, expect, test } from "vitest";
import { clRecordings, openRecording } from "../src/index.js";
import { createRecordingFile } from "../src/write/recording-file.js";
import { column } from "./support/fixture.js";

const entries = 70_000;
const spikeRows = 50_000;
/** Three spikes share a tick. */
const spikeTick = (row: number): bigint => BigInt(Math.floor(row / 3) * 10);
let bytes: Uint8Array;

beforeAll(async () => {
  const sink = memorySink();
  const file = createRecordingFile({
    sink,
    created: { local: "2024-12-19T15:20:34.893000+10:00", utc: "2024-12-19T05:20:34.893000+00:00" },
    framesPerSecond: 25_000,
    channelCount: 4,
    microvoltsPerUnit: 0.195,
    startTimestamp: 5_000_000_000n,
  });
  await file.appendSamples(Int16Array.from({ length: 4 * 200_000 }, (_, index) => index % 30_000));
  await file.appendSpikes({
    ticks: BigInt64Array.from({ length: spikeRows }, (_, row) => spikeTick(row)),
    channels: Uint8Array.from({ length: spikeRows }, (_, row) => row % 4),
    samples: new Float32Array(spikeRows * 75).map((_, index) => Math.floor(index / 75)),
  });
  const stream = file.dataStream("mostly_alike");
  for (let entry = 0; entry < entries; entry++)
    await stream.append(BigInt(entry * 2), entry === 40_000 ? ["odd"] : { x: entry / 2, n: entry });
  await file.finish({ durationFrames: 200_000n, local: "2024-12-19T15:20:42.893000+10:00", utc: "2024-12-19T05:20:42.893000+00:00" });
  bytes = sink.bytes();
}, 60_000);

describe("a recording of many rows", () => {
  test("is cut at exact rows, whatever lies in the same block", async () => {
    const recording = await openRecording(bytes);
    for (const [from, to] of [
      [54_610n, 54_620n],
      [54_611n, 54_620n],
      [0n, 10n],
      [163_840n, 170_000n],
      [166_660n, 10n ** 15n],
    ] as const) {
      const expected = Array.from({ length: spikeRows }, (_, row) => spikeTick(row)).filter((tick) => tick >= from && tick < to);
      expect(column(await recording.spikes.table({ from, to, columns: ["tick"] }), "tick")).toEqual(expected);
    }
    const last = await recording.spikes.table({ from: 166_660n, columns: ["samples"] });
    expect(last.getChild("samples")!.data[0]!.children[0]!.values[75]).toBe(49_999);
    await recording.close();
  });

  test("comes in bounded batches that cover every row once", async () => {
    const recording = await openRecording(bytes);
    let rows = 0;
    for await (const batch of recording.spikes.batches({ columns: ["tick", "channel", "samples"] })) {
      expect(batch.numRows * 325).toBeLessThan(9_000_000);
      rows += batch.numRows;
    }
    expect(rows).toBe(spikeRows);
    let frames = 0;
    for await (const batch of recording.samples.batches()) {
      expect(batch.numRows).toBeLessThanOrEqual(65_536);
      frames += batch.numRows;
    }
    expect(frames).toBe(200_000);
    await recording.close();
  });

  test("keeps an entry that the others' columns do not fit", async () => {
    const source = await clRecordings.open({ path: bytes });
    const stream = await source.stream("data_stream/mostly_alike");
    const { schema, rows } = await stream.describe();
    expect(rows).toBe(entries);
    expect(schema.fields.map((field) => `${field.name}: ${field.type}${field.nullable ? "?" : ""}`).slice(2)).toEqual([
      "x: Float64?",
      "n: Int64?",
      "entry: Binary?",
    ]);
    const odd = await stream.rows({ start: 1_734_585_634_893_000_000n + 79_998n * 40_000n, span: 160_000n }).toArray();
    expect(odd.map(({ tick, x, n, entry }) => ({ tick, x, n, entry }))).toEqual([
      { tick: 79_998n, x: 19_999.5, n: 39_999n, entry: null },
      { tick: 80_000n, x: null, n: null, entry: ["odd"] },
    ]);
    let total = 0;
    for await (const batch of stream.read({ columns: ["entry"] })) {
      for (let row = 0; row < batch.numRows; row++) {
        const cell = cellOf(batch.data.children[1]!, row);
        if (cell !== null) expect(decode(cell as Uint8Array)).toEqual(["odd"]);
        total++;
      }
    }
    expect(total).toBe(entries);
    await source.close();
  });

  test("stops within 50 ms of an abort, in the middle of decoding", async () => {
    const source = await clRecordings.open({ path: bytes });
    const stream = await source.stream("data_stream/mostly_alike");
    await stream.describe();
    const controller = new AbortController();
    let aborted = 0;
    setTimeout(() => {
      aborted = performance.now();
      controller.abort(new Error("enough"));
    }, 30);
    await expect(stream.table({ signal: controller.signal })).rejects.toThrow("enough");
    expect(performance.now() - aborted).toBeLessThan(50);
    await source.close();
  });
});
