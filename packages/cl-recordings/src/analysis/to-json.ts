import type { DctFeatures } from "./dct-features.js";
import { layoutSide } from "./electrode-layout.js";
import type { FiringStats } from "./firing-stats.js";
import type { FunctionalConnectivity } from "./functional-connectivity.js";
import type { InformationEntropy } from "./information-entropy.js";
import type { LempelZiv } from "./lempel-ziv.js";
import type { NetworkBursts } from "./network-bursts.js";
import type { Psth } from "./psth.js";
import type { AnalysisBase } from "./spike-train.js";
import type { SpikeTriggeredHistogram } from "./spike-triggered-histogram.js";

export type Analysis =
  | FiringStats
  | NetworkBursts
  | InformationEntropy
  | LempelZiv
  | DctFeatures
  | SpikeTriggeredHistogram
  | FunctionalConnectivity
  | Psth;

export type JsonObject = { readonly [key: string]: unknown };

/**
 * A result as the SDK saves it, in its field names and units, seconds among them: `AnalysisResult….from_file` loads the text, but for
 * histograms, which the SDK can't save itself (here their keys are "base,target"), and connectivity, of which three figures are left out.
 * NaN is null. A PSTH, of which the SDK knows nothing, has names in the same manner.
 *
 * @example
 * ```ts
 * await writeFile("firing.json", JSON.stringify(toJson(firingStats(train), { filePath: "recording.h5" })));
 * ```
 */
export function toJson(result: Analysis, options: { readonly filePath?: string | undefined } = {}): JsonObject {
  return { metadata: metadata(result, options.filePath ?? ""), ...fields(result) };
}

function fields(result: Analysis): JsonObject {
  switch (result.analysis) {
    case "firing-stats":
      return firing(result);
    case "network-bursts":
      return bursts(result);
    case "information-entropy":
      return { bin_size_sec: seconds(result.bin), information_entropy_per_time_bin: [...result.entropy] };
    case "lempel-ziv":
      return { bin_size_sec: seconds(result.bin), lzc_scores_per_channel: Array.from(result.complexity, (score) => [score]) };
    case "dct-features":
      return dct(result);
    case "spike-triggered-histogram":
      return triggered(result);
    case "functional-connectivity":
      return connectivity(result);
    case "psth":
      return aroundEvents(result);
  }
}

function metadata({ channelCount, framesPerSecond, durationFrames }: AnalysisBase, filePath: string): JsonObject {
  return {
    file_path: filePath,
    channel_count: channelCount,
    sampling_frequency: framesPerSecond,
    duration_frames: Number(durationFrames),
    duration_seconds: Number(durationFrames) / framesPerSecond,
  };
}

function firing(stats: FiringStats): JsonObject {
  const rate = stats.framesPerSecond;
  return {
    bin_size_sec: seconds(stats.bin),
    firing_counts: rows(stats.counts, stats.channelCount),
    firing_rates: rows(stats.rates, stats.channelCount),
    channel_mean_firing_rates: Array.from(stats.channelMeanCount, orNull),
    channel_var_firing_rates: Array.from(stats.channelVarianceCount, orNull),
    culture_mean_firing_rates: orNull(stats.cultureMeanCount),
    culture_var_firing_rates: orNull(stats.cultureVarianceCount),
    culture_max_firing_rates: stats.cultureMaxCount,
    channel_ISI: stats.channelIntervals.map((intervals) => Array.from(intervals, (frames) => frames / rate)),
    channel_ISI_mean: Array.from(stats.channelIntervalMean, (frames) => frames / rate),
    channel_ISI_var: Array.from(stats.channelIntervalVariance, (squared) => squared / rate / rate),
    culture_ISI_mean: orNull(stats.cultureIntervalMean / rate),
    culture_ISI_var: orNull(stats.cultureIntervalVariance / rate / rate),
  };
}

function bursts(result: NetworkBursts): JsonObject {
  const spans = Array.from(result.startFrames, (start, burst) => (result.endFrames[burst] ?? start) - start);
  return {
    bursts: Array.from(result.startFrames, (start, burst) => ({ start_frame: start, end_frame: result.endFrames[burst] })),
    onset_freq_hz: result.onsetHz,
    offset_freq_hz: result.offsetHz,
    network_burst_count: spans.length,
    network_burst_durations_sec: spans.map((frames) => frames / result.framesPerSecond),
    network_burst_spike_counts: [...result.spikes],
    total_network_burst_duration_sec: spans.reduce((sum, frames) => sum + frames, 0) / result.framesPerSecond,
    bin_size_sec: seconds(result.bin),
    bin_boundaries_frames: Array.from(result.meanRate, (_, bin) => bin * result.binFrames),
    firing_rate_per_channel_and_bin: [...result.meanRate],
    spike_frames_by_channel: Object.fromEntries(result.channelFrames.map((frames, channel) => [channel, [...frames]])),
  };
}

function dct({ k, basis, features }: DctFeatures): JsonObject {
  const side = Array.from({ length: layoutSide }, (_, at) => at);
  return {
    mea_layout: side.map((row) => side.map((column) => layoutSide * column + row)),
    k,
    dct_height_coefficients: rows(basis, k),
    dct_width_coefficients: rows(basis, k),
    dct_features: Object.fromEntries(Array.from(features, (value, at) => [`dct${Math.floor(at / k)}${at % k}_firing`, value])),
  };
}

function triggered(result: SpikeTriggeredHistogram): JsonObject {
  const counts = rows(result.counts, result.bases.length);
  return {
    bin_size_sec: seconds(result.bin),
    start_sec: seconds(result.before),
    end_sec: seconds(result.after),
    num_eligible_channels: result.channels.length,
    min_firing_rate_threshold_hz: result.minRateHz,
    histogram_bins: [...result.edges],
    histograms: Object.fromEntries(Array.from(result.bases, (base, pair) => [`${base},${result.targets[pair]}`, counts[pair]])),
  };
}

function connectivity(result: FunctionalConnectivity): JsonObject {
  return {
    bin_size_sec: seconds(result.bin),
    correlation_threshold: result.threshold,
    adjacency_matrix: rows(result.correlation, result.channelCount),
    total_edge_weights: result.totalWeight,
    average_edge_weights: result.meanWeight,
    clustering_coefficient: result.clustering,
  };
}

function aroundEvents({ raster, ...result }: Psth): JsonObject {
  const trials = Array.from({ length: raster.starts.length - 1 }, (_, trial) => ({
    channels: [...raster.channels.subarray(raster.starts[trial], raster.starts[trial + 1])],
    frames: [...raster.frames.subarray(raster.starts[trial], raster.starts[trial + 1])],
  }));
  const starts = Array.from({ length: result.binCount }, (_, bin) => (bin - result.binsBefore) * result.binFrames);
  return {
    bin_size_sec: seconds(result.bin),
    bin_starts_frames: starts,
    bin_size_frames: result.binFrames,
    observed_frames: [...result.observedFrames],
    spike_counts: rows(result.counts, result.channelCount),
    firing_rates_hz: rows(result.rates, result.channelCount).map((rates) => rates.map(orNull)),
    trials,
  };
}

const seconds = (nanos: bigint): number => Number(nanos) / 1e9;
const orNull = (value: number): number | null => (Number.isFinite(value) ? value : null);

function rows(values: Float64Array | Uint32Array, count: number): number[][] {
  const width = count === 0 ? 0 : values.length / count;
  return Array.from({ length: count }, (_, row) => [...values.subarray(row * width, (row + 1) * width)]);
}
