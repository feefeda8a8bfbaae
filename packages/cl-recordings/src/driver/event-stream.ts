import { tickToTime } from "@sonde/core";
import type { Call, Description, ReadQuery, RecordBatch, StreamDriver } from "@sonde/core/connector";
import type { EventTable } from "../events/event-table.js";
import type { GrowingFile } from "../live/growing-file.js";
import { rangeOf, reported, type StreamIdentity, timing } from "./common.js";
import type { RecordingLease } from "./lease.js";
import { liveEvents } from "./live.js";

/** Spikes or stimulations; waveforms are read only where their column is asked for or none is named. */
export function eventStream(
  identity: StreamIdentity,
  lease: RecordingLease,
  name: "spikes" | "stims",
  growing?: GrowingFile,
): StreamDriver {
  return {
    ...identity,
    kind: "events",
    describe: (call) => lease.use(call, (recording) => describe(recording[name], recording.clock, call)),
    read: (query, call) => read(query, call),
    ...(growing === undefined ? {} : { live: liveEvents({ growing, lease }, name, read) }),
  };

  async function* read(query: ReadQuery, call: Call): AsyncGenerator<RecordBatch, void, undefined> {
    yield* lease.iterate(call, (recording) => {
      const table = recording[name];
      const columns = query.columns ?? table.schema.fields.map((field) => field.name);
      return reported(table.batches({ ...rangeOf(query.range), columns, signal: call.signal }), call, identity.id);
    });
  }
}

async function describe(table: EventTable, clock: Parameters<typeof timing>[0], call: Call): Promise<Description> {
  const ends = await table.ends({ signal: call.signal });
  const extent = ends === undefined ? null : { start: tickToTime(clock, ends.first), end: tickToTime(clock, ends.last) + 1n };
  return { kind: "events", schema: table.schema, rows: table.size, extent, ...timing(clock) };
}
