import type { Nanos } from "@sonde/core";
import { sondeError } from "@sonde/core/connector";
import type { ByteSink } from "@sonde/hdf5/write";
import { mergeAttributes } from "../write/attributes.js";
import { createRecordingFile, type RecordingFile, type RecordingFileOptions } from "../write/recording-file.js";
import { Recorder } from "./recorder.js";
import { spanToTicks } from "./ticks.js";
import { defaultFileName, isoTime } from "./time-text.js";
import type { RecordOptions } from "./types.js";

/** Where recordings are kept. `sink` throws an error of code EEXIST where there is such a file. */
export type RecordingPlace = { pathOf(directory: string, name: string): string; sink(path: string): ByteSink };

export type RecordingSettings<Opened> = {
  readonly framesPerSecond: number;
  readonly channelCount: number;
  readonly microvoltsPerUnit: number;
  readonly clock: () => bigint;
  readonly now: () => Nanos;
  readonly zone: string;
  readonly flushMilliseconds: number;
  readonly lingerMilliseconds: number;
  readonly directory: string;
  readonly hostname: string | undefined;
  readonly projectId: string | undefined;
  readonly cellBatchId: string | undefined;
  readonly open: (path: string) => Promise<Opened>;
};

/** Recordings of one directory that may begin in one millisecond. */
const mostAlike = 100;

/** Begins a file and its recording at the clock's tick. Whatever the options lack is refused before a file is made. */
export function startRecording<Opened>(
  options: RecordOptions,
  settings: RecordingSettings<Opened>,
  place: RecordingPlace,
  onStop: () => void,
): Recorder<Opened> {
  const { include = {}, excludeDataStreams = [] } = options;
  const { framesPerSecond, channelCount, microvoltsPerUnit, zone } = settings;
  const attributes = mergeAttributes("the recording", {}, options.attributes ?? {});
  const length = options.stopAfter === undefined ? undefined : spanToTicks(options.stopAfter, framesPerSecond);
  const created = settings.now();
  const streams = include.dataStreams ?? true;
  const keeps = {
    samples: include.samples ?? true,
    spikes: include.spikes ?? true,
    stims: include.stims ?? true,
    dataStream: (name: string) => (typeof streams === "boolean" ? streams : streams.includes(name)) && !excludeDataStreams.includes(name),
  };
  const { sink, location } = openSink(options, created, settings, place);
  const startTimestamp = settings.clock();
  const file = createFile(sink, {
    created: { local: isoTime(created, zone), utc: isoTime(created, "UTC") },
    framesPerSecond,
    channelCount,
    microvoltsPerUnit,
    startTimestamp,
    application: attributes,
    hostname: settings.hostname,
    projectId: settings.projectId,
    cellBatchId: settings.cellBatchId,
    include: { samples: keeps.samples, spikes: keeps.spikes, stims: keeps.stims, dataStreams: streams !== false },
  });
  const endTick = length === undefined ? undefined : startTimestamp + length;
  return new Recorder({ ...settings, file, location, keeps, attributes, startTimestamp, endTick, created, onStop });
}

/** Does not keep open what it can't write. */
function createFile(sink: ByteSink, options: Omit<RecordingFileOptions, "sink">): RecordingFile {
  try {
    return createRecordingFile({ ...options, sink });
  } catch (error) {
    void sink.close();
    throw error;
  }
}

/** A name that the user gave is refused where it is taken; the default one gets a number. */
function openSink<Opened>(
  { directory, suffix = "recording", fileName }: RecordOptions,
  created: Nanos,
  settings: RecordingSettings<Opened>,
  place: RecordingPlace,
): { sink: ByteSink; location: { name: string; path: string } } {
  for (const [option, value] of Object.entries({ suffix, fileName })) {
    if (value === undefined || (value !== "" && !/[/\\\0]/.test(value))) continue;
    throw sondeError("options", `${option} '${value}' is no part of a file's name: give folders by directory`, {
      issues: [{ path: option, message: "must not be empty or hold a slash" }],
    });
  }
  for (let number = 1; ; number++) {
    const name = fileName ?? defaultFileName(created, settings.zone, number === 1 ? suffix : `${suffix}-${number}`);
    const path = place.pathOf(directory ?? settings.directory, name);
    try {
      return { sink: place.sink(path), location: { name, path } };
    } catch (error) {
      if (!isTaken(error)) throw error;
      if (fileName === undefined && number < mostAlike) continue;
      throw sondeError("options", `${path} exists already, and recordings overwrite nothing: give another fileName or directory`, {
        issues: [{ path: "fileName", message: "exists already" }],
        cause: error,
      });
    }
  }
}

function isTaken(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "EEXIST";
}
