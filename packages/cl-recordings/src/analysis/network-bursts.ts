import type { Span } from "@sonde/core";
import { binCountOf, type CellLimit, checkCells, countInto, truncatedBin } from "./bins.js";
import { invalid } from "./invalid.js";
import { type AnalysisBase, type SpikeTrain, spikesByChannel, type TickLimit, uniqueFrames } from "./spike-train.js";

export interface NetworkBurstOptions extends TickLimit, CellLimit {
  readonly bin: Span;
  /** Mean rate of a channel, in Hz, from which on a burst begins. */
  readonly onsetHz: number;
  /** A burst ends at the first bin below it. */
  readonly offsetHz: number;
  /** Channels that the two rates are multiplied by; all of them by default. Which ones fire is not looked at. */
  readonly minActiveChannels?: number | undefined;
}

/** Spans in which the whole network fires fast. Frames count from `origin`. */
export interface NetworkBursts extends AnalysisBase {
  readonly analysis: "network-bursts";
  /** As asked, in ns. */
  readonly bin: bigint;
  readonly binFrames: number;
  /** Bins of the whole recording: with a limit those after its end are empty, as in the SDK. */
  readonly binCount: number;
  readonly onsetHz: number;
  readonly offsetHz: number;
  /** The first frame of each burst's first bin. */
  readonly startFrames: Float64Array;
  /** Exclusive: the first frame of the bin that was too quiet, or the recording's end, limit or not. */
  readonly endFrames: Float64Array;
  /** Spikes of each burst; those that share channel and frame are one. */
  readonly spikes: Uint32Array;
  /** Hz, by bin: spikes of all channels by channels and asked bin. */
  readonly meanRate: Float64Array;
  /** What was counted: the frames of every channel that hold spikes. */
  readonly channelFrames: readonly Float64Array[];
}

/**
 * Bursts of the network by a threshold with hysteresis over the spikes of all channels in each bin: `analyse_network_bursts` of the
 * Cortical Labs SDK. Linear in spikes and bins.
 *
 * @example
 * ```ts
 * const { startFrames, endFrames } = networkBursts(train, { bin: "25ms", onsetHz: 8, offsetHz: 4 });
 * ```
 */
export function networkBursts(train: SpikeTrain, options: NetworkBurstOptions): NetworkBursts {
  const bin = truncatedBin(options.bin, train.framesPerSecond);
  const { byChannel, length: _, ...base } = spikesByChannel(train, options);
  const { onsetHz, offsetHz, minActiveChannels = base.channelCount } = options;
  for (const [path, value] of Object.entries({ onsetHz, offsetHz, minActiveChannels }))
    if (!(value >= 0 && value < Number.POSITIVE_INFINITY)) throw invalid(path, `${path} is ${value}: give a number, 0 or above`);
  const durationFrames = Number(base.durationFrames);
  const binCount = binCountOf(durationFrames, bin);
  checkCells(binCount, "burst bins", options);

  const channelFrames = byChannel.map(uniqueFrames);
  const counts = new Uint32Array(binCount);
  for (const spikes of channelFrames) countInto(counts, spikes, bin);
  // In the SDK's order of operations: a count on the threshold must fall on the same side of it.
  const onset = (onsetHz * minActiveChannels) / (1 / bin.seconds);
  const offset = (offsetHz * minActiveChannels) / (1 / bin.seconds);

  const starts: number[] = [];
  const ends: number[] = [];
  const spikes: number[] = [];
  let inside = false;
  let within = 0;
  for (let at = 0; at < binCount; at++) {
    const count = counts[at] as number; // in bounds
    if (inside && count < offset) {
      inside = false;
      ends.push(at * bin.frames);
      spikes.push(within);
    } else if (!inside && count >= onset) {
      inside = true;
      within = 0;
      starts.push(at * bin.frames);
    }
    if (inside) within += count;
  }
  if (inside) {
    ends.push(durationFrames);
    spikes.push(within);
  }
  return {
    analysis: "network-bursts",
    ...base,
    bin: bin.nanos,
    binFrames: bin.frames,
    binCount,
    onsetHz,
    offsetHz,
    startFrames: Float64Array.from(starts),
    endFrames: Float64Array.from(ends),
    spikes: Uint32Array.from(spikes),
    meanRate: Float64Array.from(counts, (count) => count / base.channelCount / bin.seconds),
    channelFrames,
  };
}
