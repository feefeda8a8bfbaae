import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openRecording } from "../../src/client.js";
import { folder } from "./device.js";
import { killed, recorderProgram } from "./killed.js";

let program: Awaited<ReturnType<typeof recorderProgram>>;
beforeAll(async () => {
  program = await recorderProgram();
}, 60_000);
afterAll(() => program?.remove());

const kills = 6;
/** Flushes come every 50 ms; the rest is for a busy machine. */
const flushedAfter = 1000;

describe("a recorder that is killed", () => {
  it("leaves a file that opens with everything flushed so far", { timeout: 120_000 }, async () => {
    const directory = folder();
    const counts: number[] = [];
    for (let kill = 0; kill < kills; kill++) {
      const name = `killed-${kill}.h5`;
      const said = await killed(program.path, [directory, name], 50 + Math.random() * 1800);
      await using recording = await openRecording(join(directory, name));
      expect(recording.status).toBe("unfinished");
      const stream = recording.dataStreams.get("count");
      let count = 0;
      for await (const [tick, value] of stream.entries()) {
        const wanted = JSON.stringify({ count, text: "x".repeat(count % 50) });
        if (tick !== BigInt(count) || JSON.stringify(value) !== wanted) expect([tick, value]).toEqual([BigInt(count), wanted]);
        count++;
      }
      const flushed = said.filter(({ before }) => before > flushedAfter).at(-1)?.entries ?? 0;
      expect(count).toBeGreaterThanOrEqual(flushed);
      expect(stream.attributes.application).toMatchObject({ entries: expect.any(Number) });
      expect(recording.spikes.size % 2).toBe(0);
      expect(recording.samples.shape[0]).toBeGreaterThanOrEqual(20 * flushed);
      let frame = 0;
      for await (const block of recording.samples.blocks({ unit: "raw", channels: [3] })) {
        const wanted = Int16Array.from({ length: block.values[0]?.length ?? 0 }, () => Math.floor(frame++ / 20) % 1000);
        expect(block.values[0]).toEqual(wanted);
      }
      const stims = await recording.stims.table();
      expect([...stims.getChild("channel")!]).toEqual(Array.from({ length: stims.numRows }, (_, k) => k % 64));
      counts.push(count);
    }
    console.log(`${kills} recorders killed, read back ${counts.join(", ")} entries`);
  });
});
