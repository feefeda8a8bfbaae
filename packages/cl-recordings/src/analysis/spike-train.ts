import { checkRate } from "./bins.js";
import { invalid } from "./invalid.js";

/** The spikes of one recording: what every analysis takes. */
export interface SpikeTrain {
  /** Frames since the recording's start, never descending; several spikes may share one. */
  readonly ticks: BigInt64Array;
  /** The electrode of each spike, below `channelCount`. */
  readonly channels: Uint8Array;
  /** Spikes at or after it, or before 0, take no part. */
  readonly durationFrames: bigint;
  readonly framesPerSecond: number;
  /** Silent ones included. */
  readonly channelCount: number;
}

/** The part of a recording that an analysis looks at, half open, in ticks; all of it without bounds. */
export interface TickLimit {
  readonly from?: bigint | undefined;
  /** Exclusive. */
  readonly to?: bigint | undefined;
}

/** What every result says of the spikes that it comes from. */
export interface AnalysisBase {
  /** The tick that frame 0 of the result stands for: the start of the limit. */
  readonly origin: bigint;
  /** Of the whole recording, whatever the limit. */
  readonly durationFrames: bigint;
  readonly framesPerSecond: number;
  readonly channelCount: number;
}

/** The spikes inside a limit, in order of time. */
export interface LimitedSpikes extends AnalysisBase {
  /** Length of the limit in frames. */
  readonly length: number;
  /** Counted from `origin`, never descending. */
  readonly frames: Float64Array;
  readonly channels: Uint8Array;
}

/** The spikes inside a limit, channel by channel. */
interface ChannelSpikes extends AnalysisBase {
  /** Length of the limit in frames. */
  readonly length: number;
  /** For each channel the frames of its spikes, counted from `origin`, never descending. */
  readonly byChannel: readonly Float64Array[];
}

const maxFrames = BigInt(Number.MAX_SAFE_INTEGER);

/**
 * The spikes of a limit as plain numbers, in one pass. Errors `options` for a limit outside the recording, as the SDK refuses it,
 * and for a train that is not what it must be (ticks that descend, channels that the recording has not).
 */
export function limitedSpikes(train: SpikeTrain, limit: TickLimit): LimitedSpikes {
  const { ticks, channels, channelCount, durationFrames, framesPerSecond } = train;
  const { from, to } = checkedLimit(train, limit);
  const [low, high] = [Number(from), Number(to)];
  const frames = new Float64Array(ticks.length);
  let first = 0;
  let end = 0;
  let before = Number.NEGATIVE_INFINITY;
  let highest = 0;
  for (let row = 0; row < ticks.length; row++) {
    const tick = Number(ticks[row]);
    const channel = channels[row] as number; // as many as ticks
    if (tick < before) throw invalid("ticks", `the tick of spike ${row} lies before the one that precedes it: sort the spikes by tick`);
    if (channel > highest) highest = channel;
    before = tick;
    frames[row] = tick - low;
    if (tick < low) first++;
    if (tick < high) end++;
  }
  if (highest >= channelCount)
    throw invalid("channels", `there is a spike on channel ${highest}, but the recording has ${channelCount} channels`);
  const base = { origin: from, durationFrames, framesPerSecond, channelCount };
  return { ...base, length: high - low, frames: frames.subarray(first, end), channels: channels.subarray(first, end) };
}

/** Sorts the spikes of a limit by channel; errors as {@link limitedSpikes}. */
export function spikesByChannel(train: SpikeTrain, limit: TickLimit): ChannelSpikes {
  const { frames, channels, ...rest } = limitedSpikes(train, limit);
  const next = new Uint32Array(rest.channelCount);
  for (let row = 0; row < channels.length; row++) {
    const channel = channels[row] as number; // in bounds, and checked: below channelCount
    next[channel] = (next[channel] as number) + 1;
  }
  const grouped = new Float64Array(frames.length);
  const byChannel: Float64Array[] = [];
  let start = 0;
  for (const [channel, count] of next.entries()) {
    byChannel.push(grouped.subarray(start, start + count));
    next[channel] = start;
    start += count;
  }
  for (let row = 0; row < channels.length; row++) {
    const channel = channels[row] as number; // as above
    const at = next[channel] as number;
    grouped[at] = frames[row] as number;
    next[channel] = at + 1;
  }
  return { ...rest, byChannel };
}

/** The frames of one channel without repeats: the SDK marks the frames that hold spikes, so two in one frame count once. */
export function uniqueFrames(frames: Float64Array): Float64Array {
  let at = 1;
  while (at < frames.length && frames[at] !== frames[at - 1]) at++;
  if (at >= frames.length) return frames;
  const unique = frames.slice();
  for (let row = at; row < frames.length; row++) if (frames[row] !== unique[at - 1]) unique[at++] = frames[row] as number; // in bounds
  return unique.slice(0, at);
}

/** The bounds of a limit, inside the recording; errors `options` as {@link limitedSpikes} says. */
function checkedLimit(train: SpikeTrain, limit: TickLimit): { readonly from: bigint; readonly to: bigint } {
  const { durationFrames, framesPerSecond, channelCount } = train;
  if (train.ticks.length !== train.channels.length)
    throw invalid("channels", `${train.ticks.length} ticks have ${train.channels.length} channels: give one for each`);
  if (durationFrames < 0n || durationFrames > maxFrames)
    throw invalid("durationFrames", `a recording of ${durationFrames} frames can't be analysed`);
  checkRate(framesPerSecond);
  if (!Number.isInteger(channelCount) || channelCount < 1 || channelCount > 256)
    throw invalid("channelCount", `${channelCount} is no number of channels: there are 1 to 256`);
  const { from = 0n, to = durationFrames } = limit;
  if (from < 0n) throw invalid("from", `the limit starts at tick ${from}, before the recording: its first tick is 0`);
  if (to > durationFrames) throw invalid("to", `the limit ends at tick ${to}, after the recording: it has ${durationFrames} frames`);
  if (from > to) throw invalid("from", `the limit from ${from} to ${to} ends before it starts: swap its bounds`);
  return { from, to };
}
