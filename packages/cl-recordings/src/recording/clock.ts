import { clockOf, toNanos } from "@sonde/core";
import type { Clock, Nanos } from "@sonde/core/connector";
import type { RecordingHeader } from "./header.js";

/** Ticks are frames; tick 0 is the recording's first. */
export type RecordingClock = Clock & {
  /** How far times can be from the truth, in ns; undefined where the file tells no time of day, and tick 0 is put at 1970. */
  readonly accuracy: Nanos | undefined;
  /** What the accuracy does not cover, in words. */
  readonly note: string;
};

/** The host writes the time when it is asked to record: its scheduling and clock are good to about a millisecond. */
const hostAccuracy: Nanos = 1_000_000n;
const hostNote =
  "best effort: tick 0 is put at created_utc, when the host was asked to record. Of a recording that reaches back before that moment (up to 131072 frames) all times are late by as much, which the file does not tell.";

/** An exact ratio: 25 000 frames a second are 1 tick in 40 000 ns. */
export function recordingClock(header: RecordingHeader): { readonly clock: RecordingClock; readonly warnings: readonly string[] } {
  const created = createdAt(header.createdUtc);
  const clock = clockOf({ hertz: header.framesPerSecond, origin: created ?? 0n });
  if (created !== undefined) return { clock: { ...clock, accuracy: hostAccuracy, note: hostNote }, warnings: [] };
  const note = "the file tells no time of day: times count from 1970-01-01";
  return { clock: { ...clock, accuracy: undefined, note }, warnings: [`created_utc is missing or no time: ${note}`] };
}

function createdAt(text: string | undefined): Nanos | undefined {
  // Python's isoformat; other forms that mean a time ("now") are none here.
  if (text === undefined || !/^\d{4}-\d{2}-\d{2}T/.test(text)) return undefined;
  try {
    return toNanos(text);
  } catch {
    return undefined;
  }
}
