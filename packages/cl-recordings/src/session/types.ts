import type { Clock, Nanos, Span } from "@sonde/core";
import type { ByteSink } from "@sonde/hdf5/write";
import type { FollowOptions } from "../live/feed.js";
import type { Entry } from "../streams/entry.js";
import type { ApplicationAttributes } from "../write/attributes.js";
import type { SpikeBlock, StimBlock } from "../write/recording-file.js";

/** Frames one after another from `tick` on, in the session's ticks: `frames` holds a value for each channel of each frame. */
export type FrameBlock = { readonly tick: bigint; readonly frames: Int16Array };

export interface SessionOptions {
  /** The device's tick now. By default ticks of the wall clock, from 0 at the session's beginning. */
  readonly clock?: (() => bigint) | undefined;
  /** 25,000 without. */
  readonly framesPerSecond?: number | undefined;
  /** 64 without. */
  readonly channelCount?: number | undefined;
  /** What one unit of a sample is, in µV: 0.195 without. */
  readonly microvoltsPerUnit?: number | undefined;
  /** Where recordings go: "." without. */
  readonly directory?: string | undefined;
  readonly hostname?: string | undefined;
  readonly projectId?: string | undefined;
  readonly cellBatchId?: string | undefined;
  /** Opens what a recording is written to, and throws where there is such a file. In Node a file, without. */
  readonly sink?: ((path: string) => ByteSink) | undefined;
  /** An IANA name, for names of files and for local times in them: the machine's without. */
  readonly zone?: string | undefined;
  /** The wall clock, for the same. */
  readonly now?: (() => Nanos) | undefined;
  /** What came this long ago at most is kept in memory for those who follow late: "5s" without, as a device does. */
  readonly history?: Span | undefined;
  /** A recording's file is flushed this often at most while something new comes: "200ms" without. */
  readonly flushInterval?: Span | undefined;
  /** How long after its end a recording with `stopAfter` takes blocks of before its end: "100ms" without. */
  readonly linger?: Span | undefined;
}

export interface RecordOptions {
  /** Stops by itself after this span of the session's clock. */
  readonly stopAfter?: Span | undefined;
  readonly attributes?: ApplicationAttributes | undefined;
  readonly directory?: string | undefined;
  /** Of the default file name: "recording" without. */
  readonly suffix?: string | undefined;
  readonly fileName?: string | undefined;
  /** All of it without; of data streams some by their names. */
  readonly include?:
    | {
        readonly samples?: boolean | undefined;
        readonly spikes?: boolean | undefined;
        readonly stims?: boolean | undefined;
        readonly dataStreams?: boolean | readonly string[] | undefined;
      }
    | undefined;
  readonly excludeDataStreams?: readonly string[] | undefined;
}

/** Frames of a recording that never came and are zeros in its file, in ticks from its start. Half open. */
export type SampleGap = { readonly start: bigint; readonly end: bigint };

/** A recording in the making. `Opened` is what its file is read as. */
export interface SessionRecording<Opened = unknown> {
  readonly file: { readonly name: string; readonly path: string };
  /** "stopped" once it takes no more; its file is complete when `finished` resolves. */
  readonly status: "started" | "stopped";
  /** The session's tick that ticks in the file count from. */
  readonly startTimestamp: bigint;
  readonly attributes: ApplicationAttributes;
  readonly gaps: readonly SampleGap[];
  setAttribute(key: string, value: ApplicationAttributes[string]): void;
  /** Merges; what was set before stays unless it is named again. */
  updateAttributes(attributes: ApplicationAttributes): void;
  /** Ends it now, and resolves once the file is complete. Idempotent. */
  stop(): Promise<void>;
  /** Resolves once the file is complete; rejects with what kept it from being written. */
  readonly finished: Promise<void>;
  /** Reads the finished file. Rejects `unsupported` before the recording stopped. */
  open(): Promise<Opened>;
}

/** A named stream of values, part of the recordings that are under way and of all that will be. */
export interface SessionDataStream {
  readonly name: string;
  readonly attributes: ApplicationAttributes;
  /** Of the last entry. */
  readonly lastTick: bigint | undefined;
  /**
   * Any value that MessagePack or msgpack-numpy has a form for, at a tick after the last one's. Throws `options` for any other tick and
   * `unsupported` for a value without a form; then nothing is appended, and `lastTick` stays. Returns a promise only where a file is slower.
   */
  append(tick: bigint, value: unknown): Promise<void> | undefined;
  setAttribute(key: string, value: ApplicationAttributes[string]): void;
  /** Merges; what was set before stays unless it is named again. Recordings keep the last values. */
  updateAttributes(attributes: ApplicationAttributes): void;
  /** Entries as they are appended, in the session's ticks, values as a recording gives them. Rejects `overrun` with a tick to resume from. */
  follow(options?: FollowOptions): AsyncIterableIterator<Entry>;
  /** Entries of the session's history, as far as it reaches. */
  kept(): readonly Entry[];
  /** The attributes as they are, and again after they change. */
  followAttributes(options?: { readonly signal?: AbortSignal | undefined }): AsyncIterableIterator<ApplicationAttributes>;
}

/** What is appended in blocks, in the session's ticks, as it comes. */
export interface Followed<Block> {
  /** Blocks as they were appended; of the first one, rows from `from` on. Rejects `overrun` with a tick to resume from. */
  follow(options?: FollowOptions): AsyncIterableIterator<Block>;
  /** Blocks of the session's history, as far as it reaches, in order of arrival. They are shared: do not write to them. */
  kept(): readonly Block[];
}

/**
 * A device's application: it publishes data streams, and records them with what its electrodes give. A recording whose file can't be
 * written ends, and its `finished` rejects; the others go on. The next append throws that error too, once, with nothing taken.
 */
export interface Session<Opened = unknown> extends AsyncDisposable {
  readonly framesPerSecond: number;
  readonly channelCount: number;
  readonly microvoltsPerUnit: number;
  /** When its ticks were, by the wall clock of its beginning. */
  readonly clock: Clock;
  readonly dataStreams: ReadonlyMap<string, SessionDataStream>;
  /** Not yet stopped. */
  readonly recordings: readonly SessionRecording<Opened>[];
  readonly samples: Followed<FrameBlock>;
  readonly spikes: Followed<SpikeBlock>;
  readonly stims: Followed<StimBlock>;
  /** The device's tick now. */
  timestamp(): bigint;
  createDataStream(name: string, options?: { readonly attributes?: ApplicationAttributes | undefined }): SessionDataStream;
  /** Begins a recording now. Throws `options` where there is such a file. */
  record(options?: RecordOptions): SessionRecording<Opened>;
  /**
   * Frames that follow those before them; missing ones, up to a minute of them, are zeros in the files and named in their `gaps`.
   * These three return a promise only where a file is slower: waiting for it bounds memory.
   */
  appendSamples(block: FrameBlock): Promise<void> | undefined;
  /** Spikes in order of their ticks, with waveforms of 75 values in µV. */
  appendSpikes(block: SpikeBlock): Promise<void> | undefined;
  /** Stims in order of their ticks. */
  appendStims(block: StimBlock): Promise<void> | undefined;
  /** Stops all recordings, and ends all who follow. Twice is fine. */
  close(): Promise<void>;
}
