import { conformance } from "@sonde/testkit";
import { afterAll } from "vitest";
import { clRecordings } from "../../src/index.js";
import { type GrowingRecording, growingRecording, origin } from "./growing.js";

const recordings = new Map<string, GrowingRecording>();
afterAll(async () => {
  for (const recording of recordings.values()) await recording.remove();
});

/** Each rule has a recording of its own, since it makes it grow. */
async function options() {
  const recording = await growingRecording();
  recordings.set(recording.path, recording);
  return { path: recording.path };
}
const at = (...ticks: readonly bigint[]) => ticks.map((tick) => origin + tick * 40_000n);

for (const [id, firstTimes] of [
  ["samples", at(0n, 1n, 2n, 3n)],
  ["spikes", at(0n, 0n, 2n, 3n)],
  ["stims", at(0n, 0n, 2n, 3n)],
  ["data_stream/ball", at(0n, 1n, 2n, 3n)],
] as const) {
  conformance(clRecordings, {
    options,
    stream: { id, rows: 6, firstTimes },
    live: { emit: async (_stream, driver) => recordings.get(driver.client.name)?.emit() ?? 0 },
  });
}
