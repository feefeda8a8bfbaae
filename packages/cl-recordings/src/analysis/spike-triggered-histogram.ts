import type { Span } from "@sonde/core";
import { type CellLimit, checkCells, spanSeconds } from "./bins.js";
import { checkLayout, groundChannels, type LayoutOption, referenceChannels } from "./electrode-layout.js";
import { invalid } from "./invalid.js";
import { type AnalysisBase, type SpikeTrain, spikesByChannel, type TickLimit, uniqueFrames } from "./spike-train.js";

export interface SpikeTriggeredHistogramOptions extends TickLimit, CellLimit, LayoutOption {
  readonly bin: Span;
  /** How far before the spike that triggers. */
  readonly before: Span;
  readonly after: Span;
  /** The most active channels, as many as that; of equally active ones those of higher number. */
  readonly channels: number;
  /** Only channels that spike as often, over the whole recording: 0.1 by default. */
  readonly minRateHz?: number | undefined;
}

/** When one channel spikes around the spikes of another. */
export interface SpikeTriggeredHistogram extends AnalysisBase {
  readonly analysis: "spike-triggered-histogram";
  /** As asked, in ns. */
  readonly bin: bigint;
  readonly before: bigint;
  readonly after: bigint;
  readonly minRateHz: number;
  /** The channels that were compared, by ascending rate. */
  readonly channels: Uint8Array;
  /**
   * Seconds from the triggering spike to each bin's edge, one more than bins; none where no channel is active enough. Floating point as
   * the SDK's, because spikes fall on the edges: 0 need not be one exactly, and the last may lie past `after`.
   */
  readonly edges: Float64Array;
  readonly binCount: number;
  /** Ordered pairs: the channel that triggers, and the one that is counted. */
  readonly bases: Uint8Array;
  readonly targets: Uint8Array;
  /** `[pair * binCount + bin]`: spikes of the target at `edge[bin] <= t < edge[bin + 1]`, the last edge included; one a frame. */
  readonly counts: Uint32Array;
}

/**
 * Histograms of one channel's spikes around another's, for every ordered pair of the most active channels (never the ground's or the
 * reference): `analyse_spike_triggered_histogram` of the Cortical Labs SDK. Linear, for each pair, in the base's spikes and those counted.
 *
 * @example
 * ```ts
 * const { bases, targets, counts } = spikeTriggeredHistogram(train, { bin: "5ms", before: "50ms", after: "50ms", channels: 4 });
 * ```
 */
export function spikeTriggeredHistogram(train: SpikeTrain, options: SpikeTriggeredHistogramOptions): SpikeTriggeredHistogram {
  const bin = spanSeconds(options.bin);
  const before = spanSeconds(options.before);
  const after = spanSeconds(options.after);
  const { minRateHz = 0.1 } = options;
  if (bin.nanos === 0n) throw invalid("bin", "the bin is empty: give a span above zero");
  if (Number.isNaN(minRateHz)) throw invalid("minRateHz", "minRateHz is NaN: give a rate in Hz");
  if (!Number.isInteger(options.channels) || options.channels < 1)
    throw invalid("channels", `${options.channels} is no number of channels: give at least 1`);
  checkLayout(train, options);
  const { byChannel, length: _, ...base } = spikesByChannel(train, options);
  const times = byChannel.map((frames) => uniqueFrames(frames).map((frame) => frame / base.framesPerSecond));
  const channels = mostActive(times, Number(base.durationFrames) / base.framesPerSecond, minRateHz).slice(-options.channels);

  const edgeCount = channels.length === 0 ? 0 : Math.ceil((after.seconds + bin.seconds + before.seconds) / bin.seconds);
  const binCount = Math.max(0, edgeCount - 1);
  const pairCount = channels.length * (channels.length - 1);
  checkCells(Math.max(edgeCount, pairCount * binCount), "spike-triggered histograms", options);
  const edges = binEdges(edgeCount, -before.seconds, bin.seconds);
  const bases = new Uint8Array(pairCount);
  const targets = new Uint8Array(pairCount);
  const counts = new Uint32Array(pairCount * binCount);
  let pair = 0;
  for (const [at, first] of channels.entries()) {
    for (const second of channels.slice(at + 1)) {
      for (const [trigger, target] of [
        [first, second],
        [second, first],
      ] as const) {
        bases[pair] = trigger;
        targets[pair] = target;
        const into = counts.subarray(pair * binCount, (pair + 1) * binCount);
        countAround(into, edges, times[trigger] ?? none, times[target] ?? none, before.seconds, after.seconds);
        pair++;
      }
    }
  }
  return {
    analysis: "spike-triggered-histogram",
    ...base,
    bin: bin.nanos,
    before: before.nanos,
    after: after.nanos,
    minRateHz,
    channels: Uint8Array.from(channels),
    edges,
    binCount,
    bases,
    targets,
    counts,
  };
}

const none = new Float64Array(0);

/** Channels that may be compared, by ascending rate, then by number. */
function mostActive(times: readonly Float64Array[], durationSeconds: number, minRateHz: number): number[] {
  const passive = new Set([...groundChannels, ...referenceChannels]);
  return times
    .map((spikes, channel) => ({ channel, rate: spikes.length / durationSeconds }))
    .filter(({ channel, rate }) => !passive.has(channel) && rate >= minRateHz)
    .sort((a, b) => a.rate - b.rate)
    .map(({ channel }) => channel);
}

/** Evenly spaced as NumPy's `arange` does it: by the rounded distance of the first two. */
function binEdges(count: number, first: number, step: number): Float64Array {
  const distance = first + step - first;
  return Float64Array.from({ length: count }, (_, at) => (at === 1 ? first + step : first + at * distance));
}

/** Both arrays of seconds ascend, and so do the bounds of the window: `low` and `high` only move on. */
function countAround(
  counts: Uint32Array,
  edges: Float64Array,
  triggers: Float64Array,
  targets: Float64Array,
  before: number,
  after: number,
): void {
  const bins = counts.length;
  if (bins === 0) return;
  const first = edges[0] as number; // there are bins, so there are edges
  const last = edges[bins] as number; // one more edge than bins
  const perSecond = bins / (last - first);
  let low = 0;
  let high = 0;
  for (let row = 0; row < triggers.length; row++) {
    const time = triggers[row] as number; // in bounds, as all below
    while (low < targets.length && (targets[low] as number) < time - before) low++;
    if (high < low) high = low;
    while (high < targets.length && (targets[high] as number) <= time + after) high++;
    for (let at = low; at < high; at++) {
      const distance = (targets[at] as number) - time;
      if (distance < first || distance > last) continue;
      // The division only guesses: the edges decide.
      let bin = Math.min(bins - 1, Math.floor((distance - first) * perSecond));
      while (distance < (edges[bin] as number)) bin--;
      while (bin < bins - 1 && distance >= (edges[bin + 1] as number)) bin++;
      counts[bin] = (counts[bin] as number) + 1;
    }
  }
}
