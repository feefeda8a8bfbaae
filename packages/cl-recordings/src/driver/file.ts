import { type Call, type Driver, type Metadata, matchesQuery } from "@sonde/core/connector";
import type { GrowingFile } from "../live/growing-file.js";
import type { OpenRecording, Recording } from "../recording/recording.js";
import { toJson } from "./json.js";
import { leaseOf } from "./lease.js";
import { byId, recordingStreams } from "./streams.js";

/** One recording as a driver; its streams are followed where it still grows. */
export function fileDriver(recording: OpenRecording, growing?: GrowingFile): Driver<Recording> {
  let closed = false;
  const lease = leaseOf(
    async () => ({ recording, release: async () => {} }),
    recording.name,
    () => closed,
  );
  const streams = recordingStreams(recording, lease, baseName(recording.name), "", growing);
  return {
    client: recording,
    info: recordingInfo(recording),
    async *streams(query, call) {
      for (const stream of streams) {
        call.signal.throwIfAborted();
        if (matchesQuery(stream, query)) yield stream;
      }
    },
    async stream(id: string, call: Call) {
      call.signal.throwIfAborted();
      return byId(streams, id, recording.name);
    },
    async close() {
      closed = true;
      await recording.close();
    },
  };
}

/** What a recording says of itself. */
export function recordingInfo(recording: OpenRecording): Metadata {
  const { formatVersion, status, frames, duration, clock, samples, warnings } = recording;
  return {
    format_version: formatVersion,
    status,
    frames,
    duration,
    channels: samples.shape[1],
    clock: clock.note,
    ...(warnings.length > 0 ? { warnings: [...warnings] } : {}),
    attributes: toJson(recording.attributes),
  };
}

/** The file's name without its folders; names of URLs and of Windows too. */
export function baseName(path: string): string {
  return path.split(/[\\/]/).filter(Boolean).at(-1) ?? path;
}
