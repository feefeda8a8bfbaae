import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createSession } from "../../src/session/index.node.js";

export const origin = 1_734_585_634_893_000_000n;

/** A recording under way with some rows of each kind, and what makes more of them. */
export async function growingRecording() {
  const directory = mkdtempSync(join(tmpdir(), "sonde-growing-"));
  const session = createSession({ directory, clock: () => 0n, now: () => origin, channelCount: 4, flushInterval: "10ms" });
  const stream = session.createDataStream("ball", { attributes: { score: 0 } });
  const recording = session.record({ fileName: "growing.h5" });
  let tick = 0n;
  /** Three rows of each kind, two of the events at one tick. */
  function emit(): number {
    for (let k = 0n; k < 3n; k++) stream.append(tick + k, { x: Number(tick + k), y: 0.5 });
    const ticks = BigInt64Array.of(tick, tick, tick + 2n);
    const channels = Uint8Array.of(1, 2, 3);
    session.appendSamples({ tick, frames: Int16Array.from({ length: 12 }, (_, k) => Number(tick) * 4 + k) });
    session.appendSpikes({ ticks, channels, samples: new Float32Array(225).fill(Number(tick)) });
    session.appendStims({ ticks, channels });
    tick += 3n;
    return 3;
  }
  emit();
  emit();
  // Until it is in the file.
  await new Promise((resolve) => setTimeout(resolve, 60));
  return {
    path: recording.file.path,
    session,
    stream,
    recording,
    emit,
    async remove() {
      await session.close().catch(() => {});
      rmSync(directory, { recursive: true, force: true });
    },
  };
}
export type GrowingRecording = Awaited<ReturnType<typeof growingRecording>>;
