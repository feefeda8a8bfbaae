import {
  dctFeatures,
  firingStats,
  functionalConnectivity,
  informationEntropy,
  type JsonObject,
  lempelZiv,
  networkBursts,
  type SpikeTrain,
  spikeTriggeredHistogram,
  type TickLimit,
  toJson,
} from "../../../src/analysis/index.js";

/** One analysis, of the SDK and of ours. */
interface OracleCall {
  readonly method: string;
  readonly arguments: { readonly [name: string]: unknown };
  readonly ours: (train: SpikeTrain, limit: TickLimit) => JsonObject;
}

const span = (seconds: number) => `${seconds.toFixed(9)}s`;

function firing(bin: number): OracleCall {
  return {
    method: "analyse_firing_stats",
    arguments: { bin_size_sec: bin },
    ours: (train, limit) => toJson(firingStats(train, { bin: span(bin), ...limit })),
  };
}

function bursts(bin: number, onsetHz: number, offsetHz: number, minActiveChannels?: number): OracleCall {
  return {
    method: "analyse_network_bursts",
    arguments: { bin_size_sec: bin, onset_freq_hz: onsetHz, offset_freq_hz: offsetHz, min_active_channels: minActiveChannels ?? null },
    ours: (train, limit) => toJson(networkBursts(train, { bin: span(bin), onsetHz, offsetHz, minActiveChannels, ...limit })),
  };
}

function entropy(bin: number, logBase?: number): OracleCall {
  return {
    method: "analyse_information_entropy",
    arguments: { bin_size_sec: bin, log_base: logBase ?? null },
    ours: (train, limit) => toJson(informationEntropy(train, { bin: span(bin), logBase, ...limit })),
  };
}

function complexity(bin: number, symbols: "spikes" | "counts", normalise: boolean, minBinCount = 2): OracleCall {
  return {
    method: "analyse_lempel_ziv_complexity",
    arguments: { bin_size_sec: bin, min_bin_count: minBinCount, normalise, use_binary: symbols === "spikes" },
    ours: (train, limit) => toJson(lempelZiv(train, { bin: span(bin), symbols, normalise, minBinCount, ...limit })),
  };
}

function dct(k: number): OracleCall {
  return {
    method: "analyse_dct_features",
    arguments: { k },
    ours: (train, limit) => toJson(dctFeatures(train, { k, ...limit })),
  };
}

function triggered(bin: number, before: number, after: number, channels: number, minRateHz: number): OracleCall {
  return {
    method: "analyse_spike_triggered_histogram",
    arguments: { bin_size_sec: bin, start_sec: before, end_sec: after, num_channels: channels, min_firing_rate_threshold_hz: minRateHz },
    ours: (train, limit) =>
      toJson(
        spikeTriggeredHistogram(train, {
          bin: span(bin),
          before: span(before),
          after: span(after),
          channels,
          minRateHz,
          ...limit,
        }),
      ),
  };
}

function connectivity(bin: number, threshold: number): OracleCall {
  return {
    method: "analyse_functional_connectivity",
    arguments: { bin_size_sec: bin, correlation_threshold: threshold },
    ours: (train, limit) => toJson(functionalConnectivity(train, { bin: span(bin), threshold, ...limit })),
  };
}

/** Bins on and off the grid of frames: 280 us is 7 frames at 25 kHz but cut to 6, 100 us is 2.5 and rounded to 2. */
export const calls: readonly OracleCall[] = [
  ...[1, 0.1, 0.37, 0.00028].map(firing),
  bursts(0.1, 8, 4),
  bursts(0.05, 5, 2, 20),
  bursts(0.025, 30, 0, 64),
  bursts(0.3, 6, 6, 10),
  ...[0.1, 0.03, 0.0001, 0.00003].map((bin) => entropy(bin)),
  entropy(0.05, 2),
  entropy(0.05, 10),
  complexity(0.01, "spikes", true),
  complexity(0.1, "spikes", false),
  complexity(0.0025, "counts", true),
  complexity(0.1, "counts", false),
  complexity(0.1, "counts", true, 1_000_000),
  ...[1, 3, 8, 12].map(dct),
  triggered(0.005, 0.05, 0.05, 6, 0.1),
  triggered(0.001, 0.02, 0.03, 6, 5),
  triggered(0.00028, 0.0014, 0.0021, 100, 1),
  triggered(0.01, 0.1, 0, 2, 1000),
  connectivity(0.1, 0.0113),
  connectivity(0.1, 0.3117),
  connectivity(0.02, 0.1523),
  // No simple fraction: of a few wide bins a correlation can be one exactly, and then the last bit decides on which side it falls.
  connectivity(0.25, 0.6123),
];
