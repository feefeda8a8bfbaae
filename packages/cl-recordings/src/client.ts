import { tickToTime } from "@sonde/core";
import { isSondeError, sondeError } from "@sonde/core/connector";
import { type CallOptions, type Hdf5File, openHdf5 } from "@sonde/hdf5";
import { fileVersion } from "#platform";
import type { AnyApplication } from "./attributes/view.js";
import { checkEvents, type EventTable, eventTable } from "./events/event-table.js";
import { openWhileChanging } from "./live/while-changing.js";
import { printable } from "./print/printable.js";
import { type RecordingClock, recordingClock } from "./recording/clock.js";
import { isUnfinished, recordingExtent } from "./recording/extent.js";
import { readHeader } from "./recording/header.js";
import { loadStreams, optionalDataset, type UnsafeAttributes, viewOf } from "./recording/load.js";
import { printRecording } from "./recording/print.js";
import type { OpenRecording, Recording, RecordingAttributes, RecordingInput, RecordingOptions } from "./recording/recording.js";
import { checkSamples, samplesOf } from "./samples/samples.js";
import type { StoredStream } from "./streams/data-stream.js";
import { dataStreams } from "./streams/data-streams.js";

/**
 * Opens a recording: reads its attributes and those of its data streams, and no data.
 * A file that is being written is opened as it was last flushed. Rejects `format` for a file that is no recording, `not-found` for a path that leads nowhere.
 *
 * @example
 * ```ts
 * await using recording = await openRecording("2024-12-19_recording.h5");
 * for await (const [tick, value] of recording.dataStreams.get("ball").entries({ from: 0n, to: 25_000n })) console.log(tick, value);
 * const spikes = await recording.spikes.table({ channels: [8, 9] });
 * ```
 */
export async function openRecording<Application = AnyApplication>(
  input: RecordingInput,
  options: RecordingOptions = {},
): Promise<Recording<Application>> {
  const { unsafeAttributes = "mark", ...openOptions } = options;
  const version = async () => (typeof input === "string" || input instanceof URL ? fileVersion(input) : undefined);
  async function open(): Promise<Recording<Application>> {
    const file = await openHdf5(input, openOptions);
    try {
      return await load<Application>(file, unsafeAttributes, { signal: options.signal });
    } catch (error) {
      await file.close();
      throw error;
    }
  }
  return openWhileChanging(open, version, options);
}

async function load<Application>(file: Hdf5File, unsafe: UnsafeAttributes, options: CallOptions): Promise<OpenRecording<Application>> {
  // What is asked for together goes to the reader of the file in one turn.
  const [stored, children] = await Promise.all([file.attributes("/", options), file.children("/", options)]);
  const attributes = viewOf(stored, file.name, unsafe);
  const header = readHeader(attributes, file.name);
  const { clock, warnings: clockWarnings } = recordingClock(header);
  const warnings = [...header.warnings, ...clockWarnings];
  const warn = (warning: string) => {
    if (!warnings.includes(warning)) warnings.push(warning);
  };
  const names = new Set(children.filter(({ kind }) => kind === "dataset" || kind === "damaged").map(({ name }) => name));
  const hasStreams = children.some(({ name, kind }) => name === "data_stream" && kind === "group");
  const [samplesFound, spikesFound, stimsFound, streams] = await Promise.all([
    optionalDataset(file, names, "samples", checkSamples, options),
    optionalDataset(file, names, "spikes", checkEvents, options),
    optionalDataset(file, names, "stims", checkEvents, options),
    hasStreams ? loadStreams(file, { header, clock, unsafe, warn }, options) : new Map<string, StoredStream>(),
  ]);
  const found = { samples: samplesFound, spikes: spikesFound, stims: stimsFound };
  for (const [name, { failure }] of Object.entries(found)) if (failure !== undefined) warn(`${name} can't be read: ${failure.message}`);
  const table = (name: "spikes" | "stims") => eventTable(found[name].dataset, { name, header, clock, warn, failure: found[name].failure });
  const [spikes, stims] = [table("spikes"), table("stims")];
  const channels = header.channelCount ?? 0;
  const samples = samplesOf(found.samples.dataset, {
    clock,
    channels,
    microvoltsPerUnit: header.microvoltsPerUnit,
    failure: found.samples.failure,
  });
  const lastTick = isUnfinished(header) ? await lastTickOf([spikes, stims], streams, options) : undefined;
  const extent = recordingExtent(header, { samples: samples.recorded ? samples.shape[0] : undefined, lastTick });
  for (const warning of extent.warnings) warn(warning);
  const end = endOf(clock, extent.frames, file.name);

  const recording: OpenRecording<Application> = {
    name: file.name,
    // What an application stored is the caller's word; nothing in a recording says its type.
    attributes: attributes as RecordingAttributes<Application>,
    samples,
    spikes,
    stims,
    dataStreams: dataStreams(streams),
    file,
    clock,
    status: extent.status,
    formatVersion: header.formatVersion,
    frames: extent.frames,
    duration: end - clock.origin,
    range: { start: clock.origin, end },
    warnings,
    stored: streams,
    close: () => file.close(),
    [Symbol.asyncDispose]: () => file.close(),
  };
  Object.defineProperty(recording, "stored", { enumerable: false });
  return printable(recording, () => printRecording(recording));
}

/** Rejects `format` for a duration that a damaged header tells, past what nanoseconds reach (the year 2262). */
function endOf(clock: RecordingClock, frames: bigint, name: string): bigint {
  try {
    return tickToTime(clock, frames);
  } catch (cause) {
    if (!isSondeError(cause, "limit")) throw cause;
    throw sondeError("format", `${name} ends past the year 2262, after ${frames} frames`, { key: `${name}@duration_frames`, cause });
  }
}

/** The last tick that an unfinished recording's data shows. What can't be read says nothing. */
async function lastTickOf(
  tables: readonly EventTable[],
  streams: ReadonlyMap<string, StoredStream>,
  options: CallOptions,
): Promise<bigint | undefined> {
  const ends = [
    ...tables.map(async (table) => (await table.ends(options))?.last),
    ...[...streams.values()].map((stream) => stream.keys().at(-1, options)),
  ];
  let last: bigint | undefined;
  for (const result of await Promise.allSettled(ends)) {
    options.signal?.throwIfAborted();
    if (result.status === "fulfilled" && result.value !== undefined && (last === undefined || result.value > last)) last = result.value;
  }
  return last;
}
