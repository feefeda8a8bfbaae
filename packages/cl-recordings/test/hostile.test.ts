import { readFileSync } from "node:fs";
import { isSondeError } from "@sonde/core";
import { expect, test } from "vitest";
import { openRecording } from "../src/index.js";
import { fixturePath } from "./support/fixture.js";

const whole = new Uint8Array(readFileSync(fixturePath("unfinished.h5")));

/** Reads all that there is; what it can't must be a known error. */
async function readAll(bytes: Uint8Array): Promise<"read" | "refused"> {
  let outcome: "read" | "refused" = "read";
  const refuse = (error: unknown) => {
    if (!isSondeError(error)) throw error;
    outcome = "refused";
  };
  const recording = await openRecording(bytes, { name: "hostile.h5" }).catch(refuse);
  if (!recording) return outcome;
  try {
    await recording.samples.read({ to: 1000 }).catch(refuse);
    await recording.spikes.table({ columns: ["tick", "channel", "samples"] }).catch(refuse);
    await recording.stims.table().catch(refuse);
    for (const stream of recording.dataStreams) await stream.entries().toArray().catch(refuse);
    String(recording);
    String(recording.attributes);
  } finally {
    await recording.close();
  }
  return outcome;
}

test("answers a recording that was cut short with data or a known error", async () => {
  const counts = { read: 0, refused: 0 };
  for (let length = 0; length < whole.length; length += 311) counts[await readAll(whole.subarray(0, length))]++;
  console.log(`${counts.read + counts.refused} truncations, ${counts.refused} refused`);
  expect(await readAll(whole)).toBe("read");
}, 60_000);

test("answers a recording with a flipped byte with data or a known error", async () => {
  const counts = { read: 0, refused: 0 };
  for (let offset = 0; offset < whole.length; offset += 157) {
    const bytes = whole.slice();
    bytes[offset] = bytes[offset]! ^ 0xff;
    counts[await readAll(bytes)]++;
  }
  console.log(`${counts.read + counts.refused} flipped bytes, ${counts.refused} refused`);
}, 120_000);
