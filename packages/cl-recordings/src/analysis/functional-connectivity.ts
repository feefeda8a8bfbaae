import type { Span } from "@sonde/core";
import { type Bin, binCountOf, truncatedBin } from "./bins.js";
import { meanClustering } from "./clustering.js";
import { checkLayout, type LayoutOption } from "./electrode-layout.js";
import { invalid } from "./invalid.js";
import { type AnalysisBase, type LimitedSpikes, limitedSpikes, type SpikeTrain, type TickLimit } from "./spike-train.js";

export interface FunctionalConnectivityOptions extends TickLimit, LayoutOption {
  readonly bin: Span;
  /** Correlations nearer to 0 than it are dropped: 0 to 1, 0.6 by default. */
  readonly threshold?: number | undefined;
}

/** Which channels fire together. */
export interface FunctionalConnectivity extends AnalysisBase {
  readonly analysis: "functional-connectivity";
  /** As asked, in ns. */
  readonly bin: bigint;
  readonly binFrames: number;
  readonly binCount: number;
  readonly threshold: number;
  /**
   * `[a * channelCount + b]`: Pearson's correlation of the counts of two channels, 0 below the threshold, on the diagonal, and for a
   * channel whose count never changes.
   */
  readonly correlation: Float64Array;
  /** Of the pairs that are left, each once. */
  readonly edgeCount: number;
  readonly totalWeight: number;
  readonly meanWeight: number;
  /** Mean over all channels of Onnela's weighted clustering coefficient; weights by the largest. */
  readonly clustering: number;
}

/**
 * Correlations of the channels' binned counts and figures of their graph: `analyse_functional_connectivity` of the Cortical Labs SDK, but
 * for what can't be had again there: communities and their modularity differ from run to run, and the betweenness turns on whether two
 * paths are equally long to the last bit. Correlations of 0 are exactly 0 here; with a threshold of 0 the SDK counts their rounding
 * errors as edges. Linear in spikes and, for each bin that holds some, in pairs of channels.
 *
 * @example
 * ```ts
 * const { correlation, edgeCount } = functionalConnectivity(train, { bin: "100ms", threshold: 0.4 });
 * ```
 */
export function functionalConnectivity(train: SpikeTrain, options: FunctionalConnectivityOptions): FunctionalConnectivity {
  const { threshold = 0.6 } = options;
  if (!(threshold >= 0 && threshold <= 1)) throw invalid("threshold", `the threshold ${threshold} is no correlation: give 0 to 1`);
  const bin = truncatedBin(options.bin, train.framesPerSecond);
  checkLayout(train, options);
  const spikes = limitedSpikes(train, options);
  const { frames: _, channels: _channels, length, ...base } = spikes;
  const { channelCount } = base;
  const binCount = binCountOf(length, bin);
  const correlation = correlations(spikes, bin, binCount);
  const kept = correlation.map((weight) => (Math.abs(weight) >= threshold ? weight : 0));

  let edgeCount = 0;
  let totalWeight = 0;
  for (let a = 0; a < channelCount; a++) {
    for (let b = a + 1; b < channelCount; b++) {
      const weight = kept[a * channelCount + b] as number; // in bounds
      if (weight === 0) continue;
      edgeCount++;
      totalWeight += weight;
    }
  }
  return {
    analysis: "functional-connectivity",
    ...base,
    bin: bin.nanos,
    binFrames: bin.frames,
    binCount,
    threshold,
    correlation: kept,
    edgeCount,
    totalWeight,
    meanWeight: edgeCount === 0 ? 0 : totalWeight / edgeCount,
    clustering: edgeCount === 0 ? 0 : meanClustering(kept, channelCount),
  };
}

/** Sums of whole numbers, exact up to 2^53, so that a constant channel has a variance of exactly 0. */
function correlations(spikes: LimitedSpikes, bin: Bin, binCount: number): Float64Array {
  const { channelCount } = spikes;
  const sums = new Float64Array(channelCount);
  const products = productsOf(spikes, bin, sums);
  const covariance = (a: number, b: number) =>
    // In bounds: both are channels.
    binCount * (products[a * channelCount + b] as number) - (sums[a] as number) * (sums[b] as number);
  const result = new Float64Array(channelCount * channelCount);
  for (let a = 0; a < channelCount; a++) {
    for (let b = a + 1; b < channelCount; b++) {
      const variances = covariance(a, a) * covariance(b, b);
      if (!(variances > 0)) continue;
      const value = Math.min(1, Math.max(-1, covariance(a, b) / Math.sqrt(variances)));
      result[a * channelCount + b] = value;
      result[b * channelCount + a] = value;
    }
  }
  return result;
}

/** Adds each channel's count to `sums`; returns, of each pair a ≤ b, the sum over the bins of the product of their counts. */
function productsOf({ frames, channels, channelCount }: LimitedSpikes, bin: Bin, sums: Float64Array): Float64Array {
  const products = new Float64Array(channelCount * channelCount);
  const counts = new Uint32Array(channelCount);
  let row = 0;
  while (row < frames.length) {
    // All in bounds: rows of the train, and channels below channelCount.
    const at = Math.floor((frames[row] as number) / bin.frames);
    const end = (at + 1) * bin.frames;
    for (; row < frames.length && (frames[row] as number) < end; row++) {
      const channel = channels[row] as number;
      counts[channel] = (counts[channel] as number) + 1;
    }
    for (let a = 0; a < channelCount; a++) {
      const count = counts[a] as number;
      if (count === 0) continue;
      sums[a] = (sums[a] as number) + count;
      for (let b = a; b < channelCount; b++) {
        const pair = a * channelCount + b;
        products[pair] = (products[pair] as number) + count * (counts[b] as number);
      }
    }
    counts.fill(0);
  }
  return products;
}
