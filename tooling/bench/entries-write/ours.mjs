import { rmSync } from "node:fs";
import { createSession } from "@sonde/cl-recordings/node";

function valueAt(k) {
  const value = { x: k / 7, y: k % 480, hit: k % 7 === 0, name: "ball" };
  return k % 10 === 0 ? { ...value, spikes: Int32Array.of(0, 1, 2, 3, 4, 5, 6, k % 9) } : value;
}

export async function write(path, size) {
  const directory = `${path}.ours`;
  try {
    let tick = 0n;
    const session = createSession({ directory, clock: () => tick });
    const stream = session.createDataStream("ball", { attributes: { width: 640 } });
    const recording = session.record({ fileName: "entries.h5" });
    for (let k = 0; k < size; k++) {
      tick = BigInt(k);
      await stream.append(tick, valueAt(k));
    }
    await recording.stop();
    await session.close();
    return [size, Number(stream.lastTick)];
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}
