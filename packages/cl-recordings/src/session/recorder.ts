import type { Nanos } from "@sonde/core";
import { sondeError } from "@sonde/core/connector";
import { type ApplicationAttributes, mergeAttributes } from "../write/attributes.js";
import type { DataStreamFile, RecordingFile, SpikeBlock, StimBlock } from "../write/recording-file.js";
import { lowerBound, ticksToSpan } from "./ticks.js";
import { isoTime } from "./time-text.js";
import { type Timer, unreferenced } from "./timer.js";
import type { FrameBlock, SampleGap, SessionRecording } from "./types.js";

export type RecorderOptions<Opened> = {
  readonly file: RecordingFile;
  readonly location: { readonly name: string; readonly path: string };
  readonly keeps: { readonly samples: boolean; readonly spikes: boolean; readonly stims: boolean; dataStream(name: string): boolean };
  readonly attributes: ApplicationAttributes;
  readonly startTimestamp: bigint;
  /** Exclusive; undefined: until it is stopped. */
  readonly endTick: bigint | undefined;
  readonly created: Nanos;
  readonly zone: string;
  readonly framesPerSecond: number;
  readonly channelCount: number;
  readonly flushMilliseconds: number;
  readonly lingerMilliseconds: number;
  readonly clock: () => bigint;
  readonly open: (path: string) => Promise<Opened>;
  /** It takes no more. */
  readonly onStop: () => void;
};

/** The longest wait between two looks at a clock that need not run as the wall's. */
const lookMilliseconds = 50;

/**
 * Writes one recording of a session: what lies within it, in ticks from its start, flushed while something new comes. Its sink's failure
 * ends it and rejects `finished`; the other recordings go on.
 */
export class Recorder<Opened> implements SessionRecording<Opened> {
  readonly file: { readonly name: string; readonly path: string };
  readonly startTimestamp: bigint;
  readonly finished: Promise<void>;
  readonly #options: RecorderOptions<Opened>;
  readonly #streams = new Map<string, DataStreamFile>();
  readonly #gaps: SampleGap[] = [];
  #attributes: ApplicationAttributes;
  #status: "started" | "stopped" = "started";
  /** What was recorded ends here: an explicit stop is never before it. */
  #reached: bigint;
  #frames = 0n;
  #unflushed = false;
  #flushing = false;
  #flushTimer: Timer | undefined;
  #endTimer: Timer | undefined;
  #resolve: () => void = () => {};
  #reject: (error: unknown) => void = () => {};

  constructor(options: RecorderOptions<Opened>) {
    this.#options = options;
    this.file = options.location;
    this.startTimestamp = options.startTimestamp;
    this.#reached = options.startTimestamp;
    this.#attributes = options.attributes;
    this.finished = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    // Whoever stops it, or awaits `finished`, hears of a failure; nobody must listen before it happens.
    this.finished.catch(() => {});
    void this.#flush();
    this.#awaitEnd();
  }

  get status(): "started" | "stopped" {
    return this.#status;
  }

  get attributes(): ApplicationAttributes {
    return this.#attributes;
  }

  get gaps(): readonly SampleGap[] {
    return this.#gaps;
  }

  setAttribute(key: string, value: ApplicationAttributes[string]): void {
    this.updateAttributes({ [key]: value });
  }

  updateAttributes(attributes: ApplicationAttributes): void {
    if (this.#status === "stopped") {
      throw sondeError("closed", `the recording ${this.file.name} has stopped: its attributes change no more`, { id: this.file.path });
    }
    this.#attributes = mergeAttributes(`the recording ${this.file.name}`, this.#attributes, attributes);
    this.#write(() => this.#options.file.setApplication(this.#attributes));
  }

  stop(): Promise<void> {
    const { clock, endTick } = this.#options;
    if (this.#status === "started") {
      const now = greatest(clock(), this.#reached);
      this.#end(endTick === undefined ? now : least(now, endTick));
    }
    return this.finished;
  }

  async open(): Promise<Opened> {
    if (this.#status === "started") {
      const message = `the recording ${this.file.name} can't be opened before it has stopped: await its stop() or finished first`;
      throw sondeError("unsupported", message, { what: "open" });
    }
    await this.finished;
    return this.#options.open(this.file.path);
  }

  addStream(name: string, attributes: ApplicationAttributes): void {
    if (!this.#options.keeps.dataStream(name)) return;
    this.#write(() => {
      this.#streams.set(name, this.#options.file.dataStream(name, attributes));
    });
  }

  setStreamAttributes(name: string, attributes: ApplicationAttributes): void {
    const stream = this.#streams.get(name);
    if (stream !== undefined) this.#write(() => stream.setApplication(attributes));
  }

  appendEntry(name: string, tick: bigint, bytes: Uint8Array): Promise<void> | undefined {
    const stream = this.#streams.get(name);
    if (stream === undefined || !this.#isWithin(tick)) return undefined;
    return this.#write(() => stream.appendEncoded(tick - this.startTimestamp, bytes), tick + 1n);
  }

  /** Frames that would have to be made up before the block. */
  missingBefore({ tick, frames }: FrameBlock): bigint {
    const range = this.#framesWithin(tick, frames.length);
    return this.#options.keeps.samples && range !== undefined ? range.first - this.startTimestamp - this.#frames : 0n;
  }

  appendSamples({ tick, frames }: FrameBlock): Promise<void> | undefined {
    const { channelCount, file, keeps } = this.#options;
    const range = this.#framesWithin(tick, frames.length);
    if (!keeps.samples || range === undefined) return undefined;
    const { first, end } = range;
    return this.#write(() => {
      this.#fillTo(first);
      this.#frames = end - this.startTimestamp;
      return file.appendSamples(frames.subarray(Number(first - tick) * channelCount, Number(end - tick) * channelCount));
    }, end);
  }

  appendSpikes({ ticks, channels, samples }: SpikeBlock): Promise<void> | undefined {
    if (!this.#options.keeps.spikes) return undefined;
    const { from, to } = this.#rowsWithin(ticks, 0n);
    if (from === to) return undefined;
    const width = samples.length / ticks.length;
    const block = {
      ticks: this.#relative(ticks.subarray(from, to)),
      channels: channels.subarray(from, to),
      samples: samples.subarray(from * width, to * width),
    };
    return this.#write(() => this.#options.file.appendSpikes(block), (ticks[to - 1] ?? 0n) + 1n);
  }

  /** A stim may lie exactly at the recording's end, as recorders have it. */
  appendStims({ ticks, channels }: StimBlock): Promise<void> | undefined {
    if (!this.#options.keeps.stims) return undefined;
    const { from, to } = this.#rowsWithin(ticks, 1n);
    if (from === to) return undefined;
    const block = { ticks: this.#relative(ticks.subarray(from, to)), channels: channels.subarray(from, to) };
    return this.#write(() => this.#options.file.appendStims(block), ticks[to - 1]);
  }

  #isWithin(tick: bigint): boolean {
    const { endTick } = this.#options;
    return tick >= this.startTimestamp && (endTick === undefined || tick < endTick);
  }

  #rowsWithin(ticks: BigInt64Array, beyond: bigint): { from: number; to: number } {
    const { endTick } = this.#options;
    const from = lowerBound(ticks, this.startTimestamp);
    return { from, to: endTick === undefined ? ticks.length : Math.max(from, lowerBound(ticks, endTick + beyond)) };
  }

  #framesWithin(tick: bigint, values: number): { first: bigint; end: bigint } | undefined {
    const { endTick, channelCount } = this.#options;
    const first = greatest(tick, this.startTimestamp);
    const last = tick + BigInt(values / channelCount);
    const end = endTick === undefined ? last : least(last, endTick);
    return first < end ? { first, end } : undefined;
  }

  #relative(ticks: BigInt64Array): BigInt64Array {
    return ticks.map((tick) => tick - this.startTimestamp);
  }

  /** Frame k of the file is k ticks after the start: frames that never came become zeros, and are named. */
  #fillTo(tick: bigint): void {
    const { file, channelCount, framesPerSecond } = this.#options;
    const end = tick - this.startTimestamp;
    if (end <= this.#frames) return;
    this.#gaps.push({ start: this.#frames, end });
    for (let missing = Number(end - this.#frames); missing > 0; missing -= framesPerSecond) {
      void file.appendSamples(new Int16Array(Math.min(missing, framesPerSecond) * channelCount));
    }
    file.setGaps(this.#gaps);
  }

  #write(work: () => Promise<void> | undefined | void, reached?: bigint): Promise<void> | undefined {
    if (this.#status === "stopped") return undefined;
    try {
      const drained = work();
      if (reached !== undefined && reached > this.#reached) this.#reached = reached;
      this.#unflushed = true;
      this.#flushSoon();
      return drained ?? undefined;
    } catch (error) {
      this.#fail(error);
      return undefined;
    }
  }

  #flushSoon(): void {
    if (this.#flushTimer !== undefined || this.#flushing || this.#status === "stopped") return;
    this.#flushTimer = unreferenced(setTimeout(() => void this.#flush(), this.#options.flushMilliseconds));
  }

  async #flush(): Promise<void> {
    this.#flushTimer = undefined;
    this.#flushing = true;
    this.#unflushed = false;
    try {
      await this.#options.file.flush();
    } catch (error) {
      this.#fail(error);
    }
    this.#flushing = false;
    if (this.#unflushed) this.#flushSoon();
  }

  /** Keeps the process alive: a recording is under way. */
  #awaitEnd(): void {
    const { endTick, clock, framesPerSecond, lingerMilliseconds } = this.#options;
    if (endTick === undefined || this.#status === "stopped") return;
    const left = endTick - clock();
    if (left <= 0n) {
      this.#endTimer = setTimeout(() => this.#end(endTick), lingerMilliseconds);
      return;
    }
    const milliseconds = Number((left * 1000n) / BigInt(framesPerSecond)) + 1;
    this.#endTimer = setTimeout(() => this.#awaitEnd(), Math.min(milliseconds, lookMilliseconds));
  }

  #end(tick: bigint): void {
    if (!this.#leave()) return;
    const { file, created, zone, framesPerSecond } = this.#options;
    const durationFrames = greatest(tick - this.startTimestamp, 0n);
    const ended = created + ticksToSpan(durationFrames, framesPerSecond);
    file.finish({ durationFrames, local: isoTime(ended, zone), utc: isoTime(ended, "UTC") }).then(this.#resolve, this.#reject);
  }

  #fail(error: unknown): void {
    if (!this.#leave()) return;
    this.#reject(error);
    // The sink is released; what it says of that adds nothing to its failure.
    this.#options.file.close().catch(() => {});
  }

  #leave(): boolean {
    if (this.#status === "stopped") return false;
    this.#status = "stopped";
    clearTimeout(this.#flushTimer);
    clearTimeout(this.#endTimer);
    this.#options.onStop();
    return true;
  }
}

const greatest = (a: bigint, b: bigint): bigint => (a > b ? a : b);
const least = (a: bigint, b: bigint): bigint => (a < b ? a : b);
