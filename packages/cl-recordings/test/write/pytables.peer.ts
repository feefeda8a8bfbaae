import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { encode } from "@sonde/msgpack-numpy";
import { describe, expect, it } from "vitest";
import { openRecording } from "../../src/client.js";
import { device, folder, waveforms } from "../session/device.js";
import { killed, recorderProgram } from "../session/killed.js";

/** A Python with `tables`, `h5py` and `numpy`. */
const python = process.env.SONDE_PYTHON ?? "python3";
const there = spawnSync(python, ["-c", "import tables, h5py, numpy"]).status === 0;
if (!there) console.warn(`${python} has no tables, h5py and numpy: set SONDE_PYTHON to one that has, and these tests run`);

type Found = {
  readonly attributes: { readonly [name: string]: unknown };
  readonly samples?: { readonly shape: readonly number[]; readonly sha1: string };
  readonly spikes?: {
    readonly ticks: readonly number[];
    readonly channels: readonly number[];
    readonly queried: readonly number[];
    readonly samples: string;
  };
  readonly stims?: { readonly ticks: readonly number[]; readonly channels: readonly number[] };
  readonly streams: {
    readonly [name: string]: {
      readonly attributes: { readonly [name: string]: unknown };
      readonly entries: readonly (readonly [number, string])[];
    };
  };
};

function readByPyTables(path: string): Found {
  const script = fileURLToPath(new URL("read-with-pytables.py", import.meta.url));
  const { status, stdout, stderr } = spawnSync(python, [script, path], { encoding: "utf8", maxBuffer: 2 ** 28 });
  expect(status, stderr).toBe(0);
  expect(stderr).toBe("");
  return JSON.parse(stdout) as Found;
}
const sha1 = (view: ArrayBufferView) =>
  createHash("sha1")
    .update(new Uint8Array(view.buffer, view.byteOffset, view.byteLength))
    .digest("hex");
const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString("hex");

describe.runIf(there)("PyTables", () => {
  it("reads every value of a recording as it was given", async () => {
    const { session, clock } = device({ now: () => 1_734_585_634_893_000_000n, zone: "Australia/Brisbane", projectId: "µ-project" });
    clock.tick = 596_386_509n;
    const application = {
      none: null,
      yes: true,
      no: false,
      whole: 42,
      large: 2 ** 40,
      huge: 2n ** 70n,
      negative: -7n,
      float: 9.9,
      tiny: 5e-324,
      zero: -0,
      infinite: Number.NEGATIVE_INFINITY,
      text: "µV € 𝄞 \\ back\nline\r\0 \x1a end.",
      bytes: Uint8Array.of(0, 10, 92, 200, 255),
      list: [1, [2, "x"], {}],
      ["__proto__"]: { deep: 1 },
    };
    const recording = session.record({ stopAfter: "20ms", attributes: application });
    const start = recording.startTimestamp;
    const stream = session.createDataStream("game", { attributes: { score: 0, another: [0, 1, 2, 3] } });
    session.createDataStream("empty µ");
    const values = [
      { arbitrary: "data" },
      ["of", "size"],
      "and type.",
      BigUint64Array.of(2n ** 64n - 1n),
      null,
      2n ** 63n,
      Float32Array.of(1.5),
    ];
    for (const [index, value] of values.entries()) stream.append(start + BigInt(index * 7), value);
    stream.updateAttributes({ score: 2, more: 9.9 });
    const frames = Int16Array.from({ length: 4 * 500 }, (_, k) => ((k * 7919) % 65_536) - 32_768);
    session.appendSamples({ tick: start, frames });
    const ticks = BigInt64Array.of(0n, 7n, 7n, 499n);
    const device2 = ticks.map((tick) => tick + start);
    const samples = waveforms(4, -3.25);
    session.appendSpikes({ ticks: device2, channels: Uint8Array.of(1, 2, 2, 63), samples });
    session.appendStims({ ticks: BigInt64Array.of(start + 500n), channels: Uint8Array.of(8) });
    clock.tick = start + 500n;
    await recording.finished;

    const found = readByPyTables(recording.file.path);
    expect(found.attributes).toMatchObject({
      created_localtime: "2024-12-19T15:20:34.893000+10:00",
      created_utc: "2024-12-19T05:20:34.893000+00:00",
      ended_utc: "2024-12-19T05:20:34.913000+00:00",
      hostname: "sonde",
      project_id: "µ-project",
      cell_batch_id: "",
      channel_count: "4",
      frames_per_second: "25000",
      uV_per_sample_unit: "0.195",
      start_timestamp: "596386509",
      end_timestamp: "596387009",
      duration_frames: "500",
      duration_seconds: "0.02",
      file_format: { version: "SDK", stim_and_spike_timestamps_relative_to_start: true },
    });
    expect(found.attributes.application).toEqual({
      none: null,
      yes: true,
      no: false,
      whole: "42",
      large: String(2 ** 40),
      huge: String(2n ** 70n),
      negative: "-7",
      float: "9.9",
      tiny: "5e-324",
      zero: "-0.0",
      infinite: "-inf",
      text: application.text,
      bytes: "b'\\x00\\n\\\\\\xc8\\xff'",
      list: ["1", ["2", "x"], {}],
      ["__proto__"]: { deep: "1" },
    });
    expect(found.samples).toEqual({ shape: [500, 4], sha1: sha1(frames) });
    expect(found.spikes).toEqual({ ticks: [0, 7, 7, 499], channels: [1, 2, 2, 63], queried: [7, 7], samples: sha1(samples) });
    expect(found.stims).toMatchObject({ ticks: [500], channels: [8] });
    expect(found.streams.game).toEqual({
      attributes: { name: "game", application: { score: "2", another: ["0", "1", "2", "3"], more: "9.9" } },
      entries: values.map((value, index) => [index * 7, hex(encode(value))]),
    });
    expect(found.streams["empty µ"]).toEqual({ attributes: { name: "empty µ", application: {} }, entries: [] });
  });

  it("opens what a killed recorder left, with the rows that we find", { timeout: 120_000 }, async () => {
    const directory = folder();
    const program = await recorderProgram();
    try {
      for (let kill = 0; kill < 4; kill++) {
        const name = `killed-${kill}.h5`;
        await killed(program.path, [directory, name], 200 + Math.random() * 1500);
        const found = readByPyTables(join(directory, name));
        await using recording = await openRecording(join(directory, name));
        const entries = found.streams.count?.entries ?? [];
        expect(entries.length).toBe(recording.dataStreams.get("count").size);
        for (const [index, [tick, bytes]] of entries.entries()) {
          expect([tick, bytes]).toEqual([index, hex(encode({ count: index, text: "x".repeat(index % 50) }))]);
        }
        expect(found.spikes?.ticks.length).toBe(recording.spikes.size);
        expect(found.stims?.ticks.length).toBe(recording.stims.size);
        expect(found.samples?.shape).toEqual(recording.samples.shape);
      }
    } finally {
      await program.remove();
    }
  });
});
