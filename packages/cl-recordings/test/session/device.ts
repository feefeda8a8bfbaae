import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { createSession } from "../../src/session/index.node.js";
import type { SessionOptions } from "../../src/session/types.js";

/** A folder of the test's own. */
export function folder(): string {
  const path = mkdtempSync(join(tmpdir(), "sonde-session-"));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

/** A session over a clock that the test sets, of small frames; closed with the test. */
export function device(options: SessionOptions = {}) {
  const directory = options.directory ?? folder();
  const clock = { tick: 0n };
  const session = createSession({ clock: () => clock.tick, channelCount: 4, linger: 0n, flushInterval: "20ms", ...options, directory });
  onTestFinished(() => session.close().catch(() => {}));
  return { session, clock, directory };
}

export const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

export const waveforms = (spikes: number, value = 1) => new Float32Array(75 * spikes).map((_, k) => value + (k % 75) / 100);
