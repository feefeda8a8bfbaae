import type { Span } from "@sonde/core";
import { binCountOf, type CellLimit, checkCells, roundedBin } from "./bins.js";
import { invalid } from "./invalid.js";
import { type AnalysisBase, type SpikeTrain, spikesByChannel, type TickLimit } from "./spike-train.js";

export interface InformationEntropyOptions extends TickLimit, CellLimit {
  readonly bin: Span;
  /** 2 for bits; nats by default. */
  readonly logBase?: number | undefined;
}

/** How undecided the network is in each bin: the entropy of a channel's firing at all, as a coin of the bin's odds. */
export interface InformationEntropy extends AnalysisBase {
  readonly analysis: "information-entropy";
  /** As asked, in ns. */
  readonly bin: bigint;
  /** The asked bin rounded to whole frames, halves to even. */
  readonly binFrames: number;
  /** Channels with a spike in the bin. */
  readonly activeChannels: Uint32Array;
  /** By bin: -p log p - (1-p) log(1-p) for the share p of active channels; 0 where none or all are. */
  readonly entropy: Float64Array;
}

/**
 * The entropy of each bin: `analyse_information_entropy` of the Cortical Labs SDK, whose `fillna` has nothing to fill for a base that is
 * a base. Linear in spikes and bins.
 *
 * @example
 * ```ts
 * const { entropy } = informationEntropy(train, { bin: "100ms", logBase: 2 });
 * ```
 */
export function informationEntropy(train: SpikeTrain, options: InformationEntropyOptions): InformationEntropy {
  const { logBase } = options;
  if (logBase !== undefined && !(logBase > 0 && logBase < Number.POSITIVE_INFINITY && logBase !== 1))
    throw invalid("logBase", `${logBase} is no base of logarithms: give 2 for bits`);
  const bin = roundedBin(options.bin, train.framesPerSecond);
  const { byChannel, length, ...base } = spikesByChannel(train, options);
  const binCount = binCountOf(length, bin);
  checkCells(binCount, "entropy bins", options);
  const activeChannels = new Uint32Array(binCount);
  for (const spikes of byChannel) {
    let last = -1;
    for (let row = 0; row < spikes.length; row++) {
      const at = Math.floor((spikes[row] as number) / bin.frames); // in bounds
      if (at !== last) activeChannels[at] = (activeChannels[at] as number) + 1;
      last = at;
    }
  }
  const log = (value: number) => (logBase === undefined ? Math.log(value) : Math.log(value) / Math.log(logBase));
  const ofActive = Float64Array.from({ length: base.channelCount + 1 }, (_, active) => {
    const p = active / base.channelCount;
    return p === 0 || p === 1 ? 0 : -p * log(p) - (1 - p) * log(1 - p);
  });
  return {
    analysis: "information-entropy",
    ...base,
    bin: bin.nanos,
    binFrames: bin.frames,
    activeChannels,
    entropy: Float64Array.from(activeChannels, (active) => ofActive[active] as number), // at most channelCount
  };
}
