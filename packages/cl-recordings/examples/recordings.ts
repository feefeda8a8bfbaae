/**
 * The data streams' tutorial of Cortical Labs, whole: a recording is made as on a device, then read. What it prints is in recordings.txt.
 * On a device the clock is its own counter; here it moves when the example says so, so that the same ticks come every time.
 */
import { createSession } from "@sonde/cl-recordings/node";
import { tutorial } from "./tutorial.js";

export async function recordings(directory: string, log: (...values: unknown[]) => void = console.log): Promise<void> {
  const device = { tick: 596_386_509n };
  await using session = createSession({ directory, clock: () => device.tick, now: () => 1_734_585_634_893_000_000n, zone: "UTC" });

  // A named data stream is part of every recording that is under way or will be.
  const stream = session.createDataStream("example_data_stream", { attributes: { score: 0, another_attribute: [0, 1, 2, 3] } });

  const recording = session.record({ stopAfter: "1s" });
  log(recording.file.name, recording.status);

  // Others see entries while they are appended.
  const live = stream.follow();

  device.tick += 2664n;
  const timestamp = session.timestamp();

  // Entries have unique, ascending ticks.
  stream.append(timestamp + 0n, { arbitrary: "data" });
  stream.append(timestamp + 1n, ["of", "arbitrary", "size"]);
  stream.append(timestamp + 2n, "and type.");
  stream.append(timestamp + 3n, BigUint64Array.of(2n ** 64n - 1n, 2n ** 64n - 2n, 2n ** 64n - 3n));
  try {
    stream.append(timestamp + 3n, "again");
  } catch (error) {
    log(String(error));
  }

  // One attribute, then several at once.
  stream.setAttribute("score", 1);
  stream.updateAttributes({ score: 2, new_attribute: 9.9 });

  // What the electrodes give comes in blocks.
  session.appendSamples({ tick: timestamp - 2664n, frames: new Int16Array(25_000 * 64) });
  session.appendSpikes({ ticks: BigInt64Array.of(timestamp + 10n), channels: Uint8Array.of(8), samples: new Float32Array(75) });
  session.appendStims({ ticks: BigInt64Array.of(timestamp), channels: Uint8Array.of(8) });

  for await (const [tick, value] of live) {
    log("live", tick, value);
    if (tick === timestamp + 3n) break;
  }

  device.tick += 25_000n;
  await recording.finished;
  log(recording.file.name, recording.status, "\n");

  await tutorial(recording.file.path, log);
}
