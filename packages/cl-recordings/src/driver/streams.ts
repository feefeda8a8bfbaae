import { type StreamDriver, sondeError } from "@sonde/core/connector";
import type { GrowingFile } from "../live/growing-file.js";
import type { OpenRecording } from "../recording/recording.js";
import { type StreamIdentity, timing } from "./common.js";
import { dataStreamDriver } from "./data-stream-driver.js";
import { eventStream } from "./event-stream.js";
import { toJson } from "./json.js";
import type { RecordingLease } from "./lease.js";
import { describeSamples, sampleStream } from "./sample-stream.js";

/** The streams of one recording: what it holds of samples, spikes and stims, then its data streams by name. */
export function recordingStreams(
  recording: OpenRecording,
  lease: RecordingLease,
  collection: string,
  prefix: string,
  growing?: GrowingFile,
): StreamDriver[] {
  const { samples, spikes, stims, clock, stored } = recording;
  const identity = (name: string, more: Pick<StreamIdentity, "known"> & Partial<StreamIdentity>): StreamIdentity => ({
    id: prefix + name,
    name,
    collection,
    metadata: {},
    ...more,
  });
  const streams: StreamDriver[] = [];
  if (samples.recorded) {
    const metadata = { unit: "µV", microvolts_per_unit: samples.microvoltsPerUnit };
    streams.push(sampleStream(identity("samples", { known: describeSamples(samples, clock), metadata }), lease, growing));
  }
  for (const [name, table] of [["spikes", spikes] as const, ["stims", stims] as const]) {
    if (!table.recorded) continue;
    streams.push(
      eventStream(
        identity(name, { known: { kind: "events", schema: table.schema, rows: table.size, ...timing(clock) } }),
        lease,
        name,
        growing,
      ),
    );
  }
  for (const [name, stream] of stored) {
    const known = { rows: stream.size, ...timing(clock) };
    const metadata = { application: toJson(stream.attributes.application) };
    streams.push(dataStreamDriver(identity(`data_stream/${name}`, { known, metadata }), lease, name, growing));
  }
  return streams;
}

/** Rejects `not-found` with the ids that there are. */
export function byId(streams: readonly StreamDriver[], id: string, where: string): StreamDriver {
  const found = streams.find((stream) => stream.id === id);
  if (found !== undefined) return found;
  const ids = streams.map((stream) => stream.id).join(", ");
  throw sondeError("not-found", `no stream '${id}' in ${where}: ${ids === "" ? "it holds none" : `there are ${ids}`}`, { id });
}
