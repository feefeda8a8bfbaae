import { writeSync } from "node:fs";
import { createSession } from "../../src/session/index.node.js";

// Records until it is killed: says on standard output how many entries it has appended.
const [directory = ".", fileName = "killed.h5"] = process.argv.slice(2);
const session = createSession({ directory, channelCount: 4, flushInterval: "50ms", clock: () => 0n });
session.record({ fileName });
const stream = session.createDataStream("count", { attributes: { entries: 0 } });
let count = 0;
const spikes = { channels: Uint8Array.of(1, 2), samples: new Float32Array(150).fill(2.5) };

setInterval(() => {
  for (let k = 0; k < 10; k++, count++) {
    const tick = BigInt(count);
    stream.append(tick, { count, text: "x".repeat(count % 50) });
    session.appendSamples({ tick: tick * 20n, frames: new Int16Array(80).fill(count % 1000) });
    session.appendSpikes({ ticks: BigInt64Array.of(tick, tick), ...spikes });
    session.appendStims({ ticks: BigInt64Array.of(tick), channels: Uint8Array.of(count % 64) });
  }
  stream.setAttribute("entries", count);
  if (count % 300 === 0) session.createDataStream(`later-${count}`, { attributes: { from: count } });
  writeSync(1, `${count}\n`);
}, 2);
