import { chunksOf, type RecordBatch, sondeError } from "@sonde/core/connector";
import type { CallOptions } from "@sonde/hdf5";
import type { EventOptions, EventTable } from "../events/event-table.js";
import type { Recording } from "../recording/recording.js";
import type { SpikeTrain } from "./spike-train.js";

/** What is read of a recording for its train. */
export type TrainSource = Pick<Recording, "name" | "spikes" | "samples" | "clock" | "frames">;

/** Nine bytes each, and twice that while they are read. */
const defaultMaxSpikes = 2 ** 26;

/**
 * The spikes of a recording as a train: one pass over its ticks and channels, no waveforms. An unfinished recording is as long as its data,
 * and one that does not say its channels has as many as spike. Rejects `format` for spikes on channels that it has not, `limit` for more than
 * `maxSpikes` (67 108 864 by default).
 *
 * @example
 * ```ts
 * const train = await trainOf(recording);
 * const { rates } = firingStats(train, { bin: "1s" });
 * ```
 */
export async function trainOf(
  recording: TrainSource,
  options: CallOptions & { readonly maxSpikes?: number | undefined } = {},
): Promise<SpikeTrain> {
  const { spikes, clock, name } = recording;
  const { ticks, channels } = await rowsOf(spikes, `${name}: spikes`, options, options.maxSpikes);
  const highest = channels.reduce((most, channel) => Math.max(most, channel), -1);
  const channelCount = recording.samples.shape[1] || highest + 1 || 1;
  if (highest >= channelCount) {
    throw sondeError("format", `${name}: there is a spike on channel ${highest}, but the recording has ${channelCount} channels`, {
      key: "spikes/channel",
    });
  }
  const framesPerSecond = Number(clock.ticks * 1_000_000_000n) / Number(clock.per);
  return { ticks, channels, durationFrames: recording.frames, framesPerSecond, channelCount };
}

/**
 * The ticks at which something happened, each once and ascending: events for a `psth` from `recording.stims`, which has a row for each channel
 * of a pulse. Of a data stream, `BigInt64Array.from` its keys.
 *
 * @example
 * ```ts
 * const responses = psth(await ticksOf(recording.stims, { channels: [8] }), train, { before: "50ms", after: "200ms", bin: "5ms" });
 * ```
 */
export async function ticksOf(events: EventTable, options: Omit<EventOptions, "columns"> = {}): Promise<BigInt64Array> {
  const { ticks } = await rowsOf(events, "events", options);
  return ticks.filter((tick, row) => row === 0 || tick !== ticks[row - 1]);
}

interface Rows {
  readonly ticks: BigInt64Array;
  readonly channels: Uint8Array;
}

async function rowsOf(events: EventTable, what: string, options: EventOptions, allowed = defaultMaxSpikes): Promise<Rows> {
  if (events.size > allowed) {
    throw sondeError("limit", `${what} have ${events.size} rows, ${allowed} are allowed: raise maxSpikes`, {
      what: "rows",
      asked: events.size,
      allowed,
      option: "maxSpikes",
    });
  }
  const parts: Rows[] = [];
  let size = 0;
  for await (const batch of events.batches({ ...options, columns: ["tick", "channel"] })) {
    parts.push({ ticks: valuesOf<BigInt64Array>(batch, "tick"), channels: asBytes(valuesOf(batch, "channel"), what) });
    size += batch.numRows;
  }
  const rows = { ticks: new BigInt64Array(size), channels: new Uint8Array(size) };
  let at = 0;
  for (const part of parts) {
    rows.ticks.set(part.ticks, at);
    rows.channels.set(part.channels, at);
    at += part.ticks.length;
  }
  return rows;
}

/** Of a column that the table's schema makes `Values`: Int64 for ticks, at most 32 bits for channels. */
function valuesOf<Values extends BigInt64Array | Uint8Array | Int32Array = Uint8Array | Int32Array>(
  batch: RecordBatch,
  name: string,
): Values {
  const [data] = chunksOf(batch, name);
  if (data === undefined) throw sondeError("contract", `the rows have no column '${name}'`, { rule: "schema" });
  // As said above; a batch is one chunk.
  return data.values.subarray(0, batch.numRows) as Values;
}

function asBytes(channels: Uint8Array | Int32Array, what: string): Uint8Array {
  if (channels instanceof Uint8Array) return channels;
  const foreign = channels.find((channel) => channel < 0 || channel > 255);
  if (foreign !== undefined) throw sondeError("format", `${what} name channel ${foreign}: there are 0 to 255`, { key: "channel" });
  return Uint8Array.from(channels);
}
