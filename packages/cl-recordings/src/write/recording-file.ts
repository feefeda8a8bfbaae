import { sondeError } from "@sonde/core/connector";
import { array, attribute, type ByteSink, createHdf5, float, int, uint } from "@sonde/hdf5/write";
import { encode } from "@sonde/msgpack-numpy";
import type { ApplicationAttributes } from "./attributes.js";
import { type PackedTable, packedTable } from "./packed-table.js";
import { writePickle } from "./pickle.js";
import {
  groupAttributes,
  growingArray,
  int64Column,
  rootAttributes,
  type TableColumn,
  table,
  uint8Column,
  uint64Column,
} from "./pytables.js";
import { checkedStreamName } from "./stream-name.js";

/** Values of a spike's waveform: 25 frames before the one of the spike, and 50 from it on. */
export const WAVEFORM_FRAMES = 75;
/** What the attribute `sample_gaps` has room for: 16 bytes each. */
export const MOST_GAPS = 4000;
/** Rows of a chunk as PyTables chooses them for the Cortical Labs SDK's expected sizes. */
const chunkRows = { samples: 256, spikes: 1696, stims: 14_563, index: 2730, data: 32_768 };

export interface RecordingFileOptions {
  readonly sink: ByteSink;
  /** ISO 8601 with microseconds and offset, as Python prints it. */
  readonly created: { readonly local: string; readonly utc: string };
  readonly framesPerSecond: number;
  readonly channelCount: number;
  readonly microvoltsPerUnit: number;
  /** Of the device's clock, in frames: what timestamps in the file count from. */
  readonly startTimestamp: bigint;
  readonly application?: ApplicationAttributes | undefined;
  readonly hostname?: string | undefined;
  readonly projectId?: string | undefined;
  readonly cellBatchId?: string | undefined;
  /** What the file has room for; all of it without. */
  readonly include?:
    | { readonly samples?: boolean; readonly spikes?: boolean; readonly stims?: boolean; readonly dataStreams?: boolean }
    | undefined;
}

/** Spikes in order of their ticks; ticks count from the recording's start, waveforms are µV, {@link WAVEFORM_FRAMES} a spike. */
export type SpikeBlock = { readonly ticks: BigInt64Array; readonly channels: Uint8Array; readonly samples: Float32Array };
export type StimBlock = { readonly ticks: BigInt64Array; readonly channels: Uint8Array };

/** A recording under construction, in the layout of the Cortical Labs SDK 1.0 (`/samples`, `/spikes`, `/stims`, `/data_stream`). */
export interface RecordingFile {
  /** Whole frames, `channelCount` values each. */
  appendSamples(frames: Int16Array): Promise<void> | undefined;
  appendSpikes(block: SpikeBlock): Promise<void> | undefined;
  appendStims(block: StimBlock): Promise<void> | undefined;
  dataStream(name: string, application?: ApplicationAttributes): DataStreamFile;
  setApplication(application: ApplicationAttributes): void;
  /** Ranges of frames that were lost and are written as zeros, in ticks from the start, half open. At most {@link MOST_GAPS} are kept. */
  setGaps(gaps: readonly { readonly start: bigint; readonly end: bigint }[]): void;
  /** Everything given so far is in the file, whatever happens to this process afterwards. */
  flush(options?: { readonly signal?: AbortSignal }): Promise<void>;
  /** Writes the end of the recording, and closes the file. */
  finish(end: { readonly durationFrames: bigint; readonly local: string; readonly utc: string }): Promise<void>;
  /** Closes an unfinished file with everything flushed. */
  close(): Promise<void>;
}
export interface DataStreamFile {
  /** `value` as MessagePack. */
  append(tick: bigint, value: unknown): Promise<void> | undefined;
  appendEncoded(tick: bigint, bytes: Uint8Array): Promise<void> | undefined;
  setApplication(application: ApplicationAttributes): void;
}

export function createRecordingFile(options: RecordingFileOptions): RecordingFile {
  const { channelCount, include = {} } = options;
  const pickled = (value: ApplicationAttributes) => attribute.ascii(writePickle(value));
  const file = createHdf5(options.sink, { attributes: { ...rootAttributes, ...rootValues(options, pickled) } });
  const tables: PackedTable[] = [];

  function makeTable(path: string, columns: readonly TableColumn[], rows: number, rowBytes: number): PackedTable {
    const made = packedTable(file.dataset(path, table(columns, rows)), rowBytes);
    tables.push(made);
    return made;
  }
  const event = [int64Column("timestamp"), uint8Column("channel")];
  const waveform: TableColumn = { name: "samples", type: array(float(4), [WAVEFORM_FRAMES]), fill: attribute.float32(0) };
  const spikeBytes = 9 + 4 * WAVEFORM_FRAMES;
  const samples = include.samples === false ? undefined : file.dataset("/samples", growingArray(int(2), [channelCount], chunkRows.samples));
  const spikes = include.spikes === false ? undefined : makeTable("/spikes", [...event, waveform], chunkRows.spikes, spikeBytes);
  const stims = include.stims === false ? undefined : makeTable("/stims", event, chunkRows.stims, 9);
  if (include.dataStreams !== false) file.group("/data_stream", { attributes: groupAttributes });

  const present = <T>(part: T | undefined, name: string): T => {
    if (part !== undefined) return part;
    throw sondeError("unsupported", `this recording keeps no ${name}: it was made without them`, { what: name });
  };

  return {
    appendSamples(frames) {
      if (frames.length % channelCount !== 0) {
        throw sondeError("options", `${frames.length} samples are no whole frames of ${channelCount} channels`, {});
      }
      return present(samples, "samples").append(new Uint8Array(frames.buffer, frames.byteOffset, frames.byteLength));
    },
    appendSpikes({ ticks, channels, samples: waves }) {
      if (channels.length !== ticks.length || waves.length !== ticks.length * WAVEFORM_FRAMES) {
        throw sondeError(
          "options",
          `${ticks.length} spikes need as many channels and ${ticks.length * WAVEFORM_FRAMES} waveform values`,
          {},
        );
      }
      return present(spikes, "spikes").append(ticks.length, (view, row, offset) => {
        view.setBigInt64(offset, ticks[row] ?? 0n, true);
        view.setUint8(offset + 8, channels[row] ?? 0);
        for (let k = 0; k < WAVEFORM_FRAMES; k++) view.setFloat32(offset + 9 + 4 * k, waves[row * WAVEFORM_FRAMES + k] ?? 0, true);
      });
    },
    appendStims({ ticks, channels }) {
      if (channels.length !== ticks.length)
        throw sondeError("options", `${ticks.length} stims need as many channels, not ${channels.length}`, {});
      return present(stims, "stims").append(ticks.length, (view, row, offset) => {
        view.setBigInt64(offset, ticks[row] ?? 0n, true);
        view.setUint8(offset + 8, channels[row] ?? 0);
      });
    },
    dataStream(name, application = {}) {
      if (include.dataStreams === false) present(undefined, "data streams");
      const path = `/data_stream/${checkedStreamName(name)}`;
      const group = file.group(path, { attributes: { ...groupAttributes, name: attribute.text(name), application: pickled(application) } });
      // The bytes before the index: a cut between the two leaves bytes without an entry, never an entry without its bytes.
      const data = file.dataset(`${path}/data`, growingArray(uint(1), [], chunkRows.data));
      const index = makeTable(
        `${path}/index`,
        [int64Column("timestamp"), uint64Column("start_index"), uint64Column("end_index")],
        chunkRows.index,
        24,
      );
      const appendEncoded = (tick: bigint, bytes: Uint8Array) => {
        const start = BigInt(data.rows);
        const drained = data.append(bytes);
        const indexed = index.append(1, (view) => {
          view.setBigInt64(0, tick, true);
          view.setBigUint64(8, start, true);
          view.setBigUint64(16, start + BigInt(bytes.length), true);
        });
        // One queue for the whole file: the later wait includes the earlier.
        return indexed ?? drained;
      };
      return {
        append: (tick, value) => appendEncoded(tick, encode(value)),
        appendEncoded,
        setApplication: (value) => group.setAttribute("application", pickled(value)),
      };
    },
    setApplication: (value) => file.setAttribute("/", "application", pickled(value)),
    setGaps(gaps) {
      const ticks = gaps.slice(0, MOST_GAPS).flatMap(({ start, end }) => [start, end]);
      file.setAttribute("/", "sample_gaps", attribute.int64(ticks));
    },
    async flush(flushing) {
      for (const one of tables) one.settle();
      await file.flush(flushing);
    },
    async finish({ durationFrames, local, utc }) {
      for (const one of tables) one.settle();
      const seconds = Number(durationFrames) / options.framesPerSecond;
      const values = {
        ended_localtime: attribute.text(local),
        ended_utc: attribute.text(utc),
        end_timestamp: attribute.int64(options.startTimestamp + durationFrames),
        duration_frames: attribute.int64(durationFrames),
        duration_seconds: attribute.float64(seconds),
      };
      for (const [name, value] of Object.entries(values)) file.setAttribute("/", name, value);
      await file.close();
    },
    async close() {
      for (const one of tables) one.settle();
      await file.close();
    },
  };
}

/** What an unfinished recording says of itself: no end, no duration. */
function rootValues(options: RecordingFileOptions, pickled: (value: ApplicationAttributes) => ReturnType<typeof attribute.ascii>) {
  return {
    application: pickled(options.application ?? {}),
    file_format: pickled({ version: "SDK", stim_and_spike_timestamps_relative_to_start: true }),
    hostname: attribute.text(options.hostname ?? "sonde"),
    project_id: attribute.text(options.projectId ?? ""),
    cell_batch_id: attribute.text(options.cellBatchId ?? ""),
    created_localtime: attribute.text(options.created.local),
    created_utc: attribute.text(options.created.utc),
    ended_localtime: attribute.text(""),
    ended_utc: attribute.text(""),
    git_hash: attribute.text(""),
    git_branch: attribute.text(""),
    git_tags: attribute.text(""),
    git_status: attribute.text(""),
    channel_count: attribute.int64(options.channelCount),
    sampling_frequency: attribute.int64(options.framesPerSecond),
    frames_per_second: attribute.int64(options.framesPerSecond),
    uV_per_sample_unit: attribute.float64(options.microvoltsPerUnit),
    start_timestamp: attribute.int64(options.startTimestamp),
    end_timestamp: attribute.int64(0n),
    duration_frames: attribute.int64(0n),
    duration_seconds: attribute.int64(0n),
  };
}
