import type { Span } from "@sonde/core";
import { binCountOf, type CellLimit, checkCells, countInto, roundedBin } from "./bins.js";
import { invalid } from "./invalid.js";
import { type AnalysisBase, type SpikeTrain, spikesByChannel, type TickLimit } from "./spike-train.js";

export interface LempelZivOptions extends TickLimit, CellLimit {
  readonly bin: Span;
  /** Fewer bins than that have complexity 0; 2 by default. */
  readonly minBinCount?: number | undefined;
  /** "spikes": whether a bin has any (the default); "counts": how many it has. */
  readonly symbols?: "spikes" | "counts" | undefined;
  /** By the length of the sequence and its alphabet, which makes recordings comparable; true by default. */
  readonly normalise?: boolean | undefined;
}

/** How little each channel's firing repeats itself. */
export interface LempelZiv extends AnalysisBase {
  readonly analysis: "lempel-ziv";
  /** As asked, in ns. */
  readonly bin: bigint;
  /** The asked bin rounded to whole frames, halves to even. */
  readonly binFrames: number;
  readonly binCount: number;
  /**
   * By channel: the phrases c that LZ78 cuts the n bins into, the last unfinished one not counted; normalised c log_k(n) / n, where k is 2
   * or the number of different counts. A silent channel has one too, unless its symbols are counts: one symbol only gives 0.
   */
  readonly complexity: Float64Array;
}

/**
 * The LZ78 complexity of each channel: `analyse_lempel_ziv_complexity` of the Cortical Labs SDK. Linear in spikes and in channels × bins;
 * the memory is that of one channel.
 *
 * @example
 * ```ts
 * const { complexity } = lempelZiv(train, { bin: "10ms" });
 * ```
 */
export function lempelZiv(train: SpikeTrain, options: LempelZivOptions): LempelZiv {
  const { minBinCount = 2, symbols = "spikes", normalise = true } = options;
  if (Number.isNaN(minBinCount)) throw invalid("minBinCount", "minBinCount is NaN: give a number of bins");
  const bin = roundedBin(options.bin, train.framesPerSecond);
  const { byChannel, length, ...base } = spikesByChannel(train, options);
  const binCount = binCountOf(length, bin);
  checkCells(binCount, "bins of a channel", options);
  const complexity = new Float64Array(base.channelCount);
  if (binCount >= minBinCount) {
    const sequence = new Uint32Array(binCount);
    const phrases = phraseCounter(binCount);
    for (const [channel, spikes] of byChannel.entries()) {
      sequence.fill(0);
      countInto(sequence, spikes, bin);
      const alphabet = symbols === "spikes" ? asBinary(sequence) : differentValues(sequence);
      if (alphabet <= 1) continue;
      const count = phrases(sequence);
      const scale = binCount > 1 ? Math.log(binCount) / Math.log(alphabet) : 0;
      complexity[channel] = normalise ? (binCount > 1 ? (count * scale) / binCount : 0) : count;
    }
  }
  return { analysis: "lempel-ziv", ...base, bin: bin.nanos, binFrames: bin.frames, binCount, complexity };
}

function asBinary(sequence: Uint32Array): 2 {
  for (let at = 0; at < sequence.length; at++) if ((sequence[at] as number) > 1) sequence[at] = 1; // in bounds
  return 2;
}

/** Several times as fast as a set. */
function differentValues(sequence: Uint32Array): number {
  const seen = new Uint8Array(sequence.reduce((most, count) => Math.max(most, count), 0) + 1);
  for (let at = 0; at < sequence.length; at++) seen[sequence[at] as number] = 1; // in bounds
  return sequence.length === 0 ? 0 : seen.reduce((sum, is) => sum + is, 0);
}

/**
 * Counts LZ78's phrases: each is the longest that is known and one symbol more. The known ones are a tree: a node is a phrase, its children
 * are a list through `sibling`, so that the memory does not grow with the alphabet.
 */
function phraseCounter(length: number): (sequence: Uint32Array) => number {
  const symbol = new Uint32Array(length + 1);
  const child = new Int32Array(length + 1);
  const sibling = new Int32Array(length + 1);
  return (sequence) => {
    child.fill(0);
    sibling.fill(0);
    let nodes = 1;
    let phrase = 0;
    for (let at = 0; at < sequence.length; at++) {
      const wanted = sequence[at];
      let last = 0;
      let node = child[phrase] as number; // nodes are below length + 1
      while (node !== 0 && symbol[node] !== wanted) {
        last = node;
        node = sibling[node] as number; // as above
      }
      if (node === 0) {
        symbol[nodes] = wanted as number; // at < length
        if (last === 0) child[phrase] = nodes;
        else sibling[last] = nodes;
        nodes++;
      }
      phrase = node;
    }
    return nodes - 1;
  };
}
