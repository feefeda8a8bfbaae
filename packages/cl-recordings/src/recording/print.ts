import { formatNanos, formatSpan } from "@sonde/core";
import type { Recording } from "./recording.js";

/** What `console.log(recording)` shows: its parts by the names to reach them. */
export function printRecording(recording: Recording<unknown>): string {
  const { clock, samples, spikes, stims, dataStreams } = recording;
  const names = Object.keys(recording.attributes);
  const streams = dataStreams.values().map(({ name, size }) => `${name} (${size})`);
  const lines = [
    ["file", `the HDF5 file itself, ${recording.file.byteSize} bytes`],
    ["attributes", `${names.length}: ${shorten(names)}`],
    [
      "samples",
      samples.recorded
        ? `${samples.shape[0]} frames of ${samples.shape[1]} channels, ${samples.microvoltsPerUnit} µV a unit`
        : "none recorded",
    ],
    ["spikes", spikes.recorded ? String(spikes.size) : "none recorded"],
    ["stims", stims.recorded ? String(stims.size) : "none recorded"],
    ["dataStreams", streams.length === 0 ? "none" : shorten(streams)],
    ["clock", `${clock.ticks === 1n ? "a tick" : `${clock.ticks} ticks`} in ${formatSpan(clock.per)}, from ${formatNanos(clock.origin)}`],
    ["status", `${recording.status}, ${recording.frames} frames, ${formatSpan(recording.duration)}`],
    ...recording.warnings.map((warning) => ["warning", warning] as const),
  ] as const;
  return [`Recording of file: ${recording.name}`, ...lines.map(([name, text]) => `    ${`${name}:`.padEnd(13)}${text}`)].join("\n");
}

function shorten(names: readonly string[]): string {
  return names.length > 6 ? `${names.slice(0, 6).join(", ")}, … ${names.length - 6} more` : names.join(", ");
}
