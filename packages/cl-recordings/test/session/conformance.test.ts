import type { StreamDriver } from "@sonde/core/connector";
import { conformance } from "@sonde/testkit";
import { clSession } from "../../src/session/connector.js";
import { createSession } from "../../src/session/session.js";
import type { Session } from "../../src/session/types.js";

const origin = 1_734_585_634_893_000_000n;
const at = (...ticks: readonly bigint[]) => ticks.map((tick) => origin + tick * 40_000n);

/** Three more rows of each kind, two of the events at one tick. */
function emit(session: Session): number {
  const last = session.samples.kept().at(-1);
  const tick = last === undefined ? 0n : last.tick + BigInt(last.frames.length / 4);
  for (let k = 0n; k < 3n; k++)
    session.dataStreams.get("ball")?.append((session.dataStreams.get("ball")?.lastTick ?? -1n) + 1n, { k: Number(k) });
  const ticks = BigInt64Array.of(tick, tick, tick + 2n);
  const channels = Uint8Array.of(1, 2, 3);
  session.appendSamples({ tick, frames: Int16Array.from({ length: 12 }, (_, k) => k) });
  session.appendSpikes({ ticks, channels, samples: new Float32Array(225).fill(Number(tick)) });
  session.appendStims({ ticks, channels });
  return 3;
}

/** Each rule has a session of its own, since it writes to it. */
function options() {
  const session: Session = createSession({ clock: () => 0n, now: () => origin, channelCount: 4, history: "1h" });
  session.createDataStream("ball", { attributes: { score: 0 } });
  emit(session);
  emit(session);
  return { session };
}
const id = (stream: StreamDriver) => stream.id;

for (const [stream, firstTimes] of [
  ["samples", at(0n, 1n, 2n, 3n)],
  ["spikes", at(0n, 0n, 2n, 3n)],
  ["stims", at(0n, 0n, 2n, 3n)],
  ["data_stream/ball", at(0n, 1n, 2n, 3n)],
] as const) {
  conformance(clSession, {
    options,
    invalid: [{}, { session: 5 }, { session: {} }],
    stream: { id: stream, rows: 6, firstTimes },
    live: {
      emit: async (_stream, driver) => emit(driver.client),
      flood: async (followed, driver) => {
        for (let k = 0; k < 11_000; k++) {
          if (id(followed).startsWith("data_stream")) driver.client.dataStreams.get("ball")?.append(100n + BigInt(k), k);
          else emit(driver.client);
        }
      },
    },
    ...(stream === "data_stream/ball" ? { append: {} } : {}),
    runtimes: { node: true, browser: true },
  });
}
