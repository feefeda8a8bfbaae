// Records until it is killed: recorder.mjs <folder> <file>. Says "flushed" once a thousand entries lie in the file.
import { createSession } from "@sonde/cl-recordings/node";

const [directory, fileName] = process.argv.slice(2);
const session = createSession({ directory, flushInterval: "20ms", clock: () => 0n });
session.record({ fileName, attributes: { experiment: "killed" } });
const stream = session.createDataStream("count", { attributes: { unit: "entries" } });
let count = 0;
let end = 0;

setInterval(() => {
  for (let k = 0; k < 25; k++, count++) {
    const tick = BigInt(count);
    stream.append(tick, { count, array: Float32Array.of(count, 0.5) });
    session.appendSamples({ tick: tick * 4n, frames: new Int16Array(4 * 64).fill(count % 1000) });
    session.appendSpikes({ ticks: BigInt64Array.of(tick), channels: Uint8Array.of(count % 4), samples: new Float32Array(75).fill(count) });
    session.appendStims({ ticks: BigInt64Array.of(tick), channels: Uint8Array.of(3) });
  }
  // Ten flushes after the thousandth entry.
  if (count >= 1000 && ++end === 100) console.log("flushed");
}, 2);
