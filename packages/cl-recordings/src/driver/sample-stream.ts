import { tickToTime } from "@sonde/core";
import type { Call, Description, ReadQuery, RecordBatch, StreamDriver } from "@sonde/core/connector";
import type { GrowingFile } from "../live/growing-file.js";
import type { RecordingClock } from "../recording/clock.js";
import type { Samples } from "../samples/samples.js";
import { rangeOf, reported, type StreamIdentity, timing } from "./common.js";
import type { RecordingLease } from "./lease.js";
import { liveSamples } from "./live.js";

/** Raw samples, a column for each channel; their scale to µV is in the schema. */
export function sampleStream(identity: StreamIdentity, lease: RecordingLease, growing?: GrowingFile): StreamDriver {
  return {
    ...identity,
    kind: "series",
    describe: (call) => lease.use(call, async (recording) => describeSamples(recording.samples, recording.clock)),
    read: (query, call) => read(query, call),
    ...(growing === undefined ? {} : { live: liveSamples({ growing, lease }, read) }),
  };

  async function* read(query: ReadQuery, call: Call): AsyncGenerator<RecordBatch, void, undefined> {
    yield* lease.iterate(call, ({ samples }) =>
      reported(samples.batches({ ...rangeOf(query.range), columns: query.columns, signal: call.signal }), call, identity.id),
    );
  }
}

/** Known as soon as the recording is open. */
export function describeSamples(samples: Samples, clock: RecordingClock): Description {
  const [rows] = samples.shape;
  // The last frame's time is inside, the next one's isn't.
  const extent = rows === 0 ? null : { start: clock.origin, end: tickToTime(clock, BigInt(rows - 1)) + 1n };
  return { kind: "series", schema: samples.schema, rows, extent, ...timing(clock) };
}
