import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { createSession } from "@sonde/cl-recordings/node";
import * as msgpack from "@sonde/msgpack-numpy";
import { messageValue } from "../lib/exact.mjs";

const start = 596_386_509n;
const frames = 2500;
const channelCount = 64;

/** One value of every kind that an application publishes. */
const kinds = [
  ...[null, true, false, 0, -1, 127, 128, -(2 ** 31), 2n ** 53n + 1n, 2n ** 63n, -(2n ** 63n), 2n ** 64n - 1n],
  ...[0.5, -0, 5e-324, Number.POSITIVE_INFINITY, Number.NaN, "", "µV 神経 \u{1f9e0}", "x".repeat(70_000), Uint8Array.of(0, 255)],
  ...[[], [1, [2, [3]]], {}, { nested: { list: [1, 2.5, null] }, hit: true }],
  ...[Int8Array, Int16Array, Uint16Array, Int32Array, Uint32Array, Float32Array, Float64Array].map((Kind) => Kind.of(1, 2, 3)),
  ...[BigInt64Array.of(-1n, 2n ** 62n), BigUint64Array.of(2n ** 64n - 1n)],
];
const attributes = {
  experiment: "pong",
  subject: "é µV 神経 \u{1f9e0}",
  numbers: [0, -1, 2n ** 40n, 0.1],
  nested: { deep: [{ deeper: null }] },
};

/** Recordings of sessions of ours, by what they hold, and the entries given to each data stream: the peer must find those. */
export async function recordSessions(folder) {
  const whole = await recordWhole(folder);
  return { files: { ...whole.files, "by a session that was killed": await recordKilled(folder) }, given: whole.given };
}

async function recordWhole(directory) {
  const device = { tick: start };
  const session = createSession({ directory, clock: () => device.tick, zone: "UTC", hostname: "peers", projectId: "p", cellBatchId: "c" });
  const ball = session.createDataStream("ball", { attributes: { width: 640 } });
  const everything = session.record({ suffix: "session", attributes });
  const parts = session.record({ suffix: "session-parts", include: { samples: false, stims: false, dataStreams: ["ball"] } });
  const every = session.createDataStream("every kind", { attributes });
  session.createDataStream("empty");
  const given = { ball: [], "every kind": [] };
  const append = (stream, value) => {
    stream.append(device.tick, value);
    given[stream.name].push([Number(device.tick - start), messageValue(msgpack.decode(msgpack.encode(value)), msgpack)]);
  };
  for (let tick = 0; tick < frames; tick += 50) {
    device.tick = start + BigInt(tick);
    const block = Int16Array.from({ length: 50 * channelCount }, (_, k) => ((tick * channelCount + k) * 31) % 4096);
    session.appendSamples({ tick: device.tick, frames: block });
    session.appendSpikes({
      ticks: BigInt64Array.of(device.tick, device.tick),
      channels: Uint8Array.of(tick % channelCount, 63),
      samples: Float32Array.from({ length: 150 }, (_, k) => tick / 7 - k * 0.1),
    });
    if (tick % 500 === 0) session.appendStims({ ticks: BigInt64Array.of(device.tick), channels: Uint8Array.of(8) });
    append(ball, { x: tick / 3, y: tick, hit: tick % 7 === 0 });
    const kind = tick / 50;
    if (kind < kinds.length) append(every, kinds[kind]);
  }
  every.setAttribute("late", { final: true });
  every.updateAttributes({ experiment: "replaced" });
  everything.updateAttributes({ late: [1, 2, 3] });
  everything.setAttribute("subject", "another");
  device.tick = start + BigInt(frames);
  await Promise.all([everything.stop(), parts.stop()]);
  await session.close();
  return {
    files: { "by a session": everything.file.path, "by a session, in parts": parts.file.path },
    given: { "by a session": given, "by a session, in parts": { ball: given.ball } },
  };
}

/** The recorder says when a thousand entries were given and it waits for its file; then it is killed, while it goes on. */
async function recordKilled(folder) {
  const path = join(folder, "killed.h5");
  const child = spawn(process.execPath, [fileURLToPath(new URL("recorder.mjs", import.meta.url)), folder, "killed.h5"], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  try {
    const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    if ((await lines.next()).done) throw new Error("the recorder ended by itself");
  } finally {
    const exited = once(child, "exit");
    child.kill("SIGKILL");
    await exited;
  }
  return path;
}
