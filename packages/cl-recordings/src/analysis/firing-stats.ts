import type { Span } from "@sonde/core";
import { binCountOf, type CellLimit, checkCells, countInto, truncatedBin } from "./bins.js";
import { intervalsOf, meanOf, varianceOf } from "./moments.js";
import { type AnalysisBase, type SpikeTrain, spikesByChannel, type TickLimit, uniqueFrames } from "./spike-train.js";

export interface FiringStatsOptions extends TickLimit, CellLimit {
  /** One second by default. */
  readonly bin?: Span | undefined;
}

/**
 * How often and how regularly each channel fires. What the SDK calls mean, variance and maximum "firing rates" are of spikes per bin, not
 * per second: they carry `Count` here, and are rates only for bins of one second. Variances are the population's.
 */
export interface FiringStats extends AnalysisBase {
  readonly analysis: "firing-stats";
  /** As asked, in ns. */
  readonly bin: bigint;
  /** The bin in use: the asked one cut to whole frames. */
  readonly binFrames: number;
  readonly binCount: number;
  /** Spikes at `[channel * binCount + bin]`, those that share a frame included. The last bin may be shorter than the others. */
  readonly counts: Uint32Array;
  /** Hz: `counts` by the asked bin, even where it was cut. */
  readonly rates: Float64Array;
  readonly channelMeanCount: Float64Array;
  readonly channelVarianceCount: Float64Array;
  /** Mean of the channels' means, silent channels included; NaN where the limit is empty. */
  readonly cultureMeanCount: number;
  /** Mean of the channels' variances. */
  readonly cultureVarianceCount: number;
  readonly cultureMaxCount: number;
  /** Frames between one spike and the next of a channel; spikes that share a frame are one. */
  readonly channelIntervals: readonly Float64Array[];
  /** Frames; 0 for a channel without intervals, as the SDK has it. */
  readonly channelIntervalMean: Float64Array;
  /** Frames squared; 0 for a channel without intervals. */
  readonly channelIntervalVariance: Float64Array;
  /** Mean, over the channels that have intervals, of their means; NaN where none has. */
  readonly cultureIntervalMean: number;
  /** Variance of those means, not mean of the variances; NaN where there is none. */
  readonly cultureIntervalVariance: number;
}

/**
 * Spike counts and rates by channel and bin, inter-spike intervals, and their moments: `analyse_firing_stats` of the Cortical Labs SDK.
 * Linear in spikes and in channels × bins.
 *
 * @example
 * ```ts
 * const { rates, binCount } = firingStats(train, { bin: "1s" });
 * const channel8 = rates.subarray(8 * binCount, 9 * binCount);
 * ```
 */
export function firingStats(train: SpikeTrain, options: FiringStatsOptions = {}): FiringStats {
  const bin = truncatedBin(options.bin ?? "1s", train.framesPerSecond);
  const { byChannel, length, ...base } = spikesByChannel(train, options);
  const binCount = binCountOf(length, bin);
  checkCells(base.channelCount * binCount, "firing counts", options);
  const counts = new Uint32Array(base.channelCount * binCount);
  for (const [channel, spikes] of byChannel.entries())
    countInto(counts.subarray(channel * binCount, (channel + 1) * binCount), spikes, bin);
  const rates = new Float64Array(counts.length);
  let cultureMaxCount = 0;
  for (let cell = 0; cell < counts.length; cell++) {
    const count = counts[cell] as number; // in bounds
    rates[cell] = count / bin.seconds;
    if (count > cultureMaxCount) cultureMaxCount = count;
  }

  const ofBins = (moment: (values: Uint32Array) => number) =>
    Float64Array.from(byChannel, (_spikes, channel) => moment(counts.subarray(channel * binCount, (channel + 1) * binCount)));
  const channelMeanCount = ofBins(meanOf);
  const channelVarianceCount = ofBins(varianceOf);

  const channelIntervals = byChannel.map((spikes) => intervalsOf(uniqueFrames(spikes)));
  const firing = Float64Array.from(channelIntervals.filter((intervals) => intervals.length > 0).map(meanOf));
  const ofIntervals = (moment: (values: Float64Array) => number) =>
    Float64Array.from(channelIntervals, (intervals) => (intervals.length === 0 ? 0 : moment(intervals)));
  return {
    analysis: "firing-stats",
    ...base,
    bin: bin.nanos,
    binFrames: bin.frames,
    binCount,
    counts,
    rates,
    channelMeanCount,
    channelVarianceCount,
    cultureMeanCount: meanOf(channelMeanCount),
    cultureVarianceCount: meanOf(channelVarianceCount),
    cultureMaxCount,
    channelIntervals,
    channelIntervalMean: ofIntervals(meanOf),
    channelIntervalVariance: ofIntervals(varianceOf),
    cultureIntervalMean: meanOf(firing),
    cultureIntervalVariance: varianceOf(firing),
  };
}
