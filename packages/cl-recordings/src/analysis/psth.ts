import { type Span, toSpan } from "@sonde/core";
import { type CellLimit, checkCells, spanFrames } from "./bins.js";
import { type Blanking, blankedStretches, framesBlankedBefore, isBlanked, lowerBound, type Stretches } from "./blanking.js";
import { invalid } from "./invalid.js";
import { type AnalysisBase, type LimitedSpikes, limitedSpikes, type SpikeTrain, type TickLimit } from "./spike-train.js";

export interface PsthOptions extends TickLimit, CellLimit {
  /** Rounded up to whole bins, so that an event stands on an edge. */
  readonly before: Span;
  readonly after: Span;
  /** Rounded to the nearest whole frame, one at least. */
  readonly bin: Span;
  /** Only spikes of these channels. */
  readonly channels?: readonly number[] | undefined;
  readonly blank?: Blanking | undefined;
}

/** How the channels fire around events. An event's own frame is the first of bin `binsBefore`. */
export interface Psth extends AnalysisBase {
  readonly analysis: "psth";
  /** As asked, in ns. */
  readonly bin: bigint;
  readonly binFrames: number;
  readonly binsBefore: number;
  readonly binCount: number;
  /** Spikes of all trials, `[channel * binCount + bin]`; bin b is half open and starts `(b - binsBefore) * binFrames` after the event. */
  readonly counts: Uint32Array;
  /** By bin: frames, of all trials, that lie in the limit and are not blanked. */
  readonly observedFrames: Float64Array;
  /** Hz, `[channel * binCount + bin]`: counts by observed time, so blanking and the recording's ends do not lower it; NaN where nothing was observed. */
  readonly rates: Float64Array;
  readonly raster: PsthRaster;
}

/** Each spike of each trial, trials in the order of the events; a spike is in as many trials as have it in their window. */
export interface PsthRaster {
  /** Spikes of trial t: `[starts[t], starts[t + 1])`. */
  readonly starts: Uint32Array;
  readonly channels: Uint8Array;
  /** From the event: negative before it. */
  readonly frames: Float64Array;
}

/**
 * Peri-stimulus time histogram: spikes around stimulations, or around the entries of a data stream. The SDK has no such analysis.
 * `events` are ticks in any order; those whose window leaves the limit count for the part that lies in it.
 *
 * @example
 * ```ts
 * const { rates } = psth(stimTicks, train, { before: "50ms", after: "200ms", bin: "5ms", blank: { after: "2ms" } });
 * ```
 */
export function psth(events: BigInt64Array, train: SpikeTrain, options: PsthOptions): Psth {
  const binFrames = Math.max(1, spanFrames(options.bin, train.framesPerSecond, "nearest"));
  const binsBefore = Math.ceil(spanFrames(options.before, train.framesPerSecond, "up") / binFrames);
  const binCount = binsBefore + Math.ceil(spanFrames(options.after, train.framesPerSecond, "up") / binFrames);
  if (toSpan(options.bin) === 0n) throw invalid("bin", "the bin is empty: give a span above zero");
  checkCells(train.channelCount * binCount, "histogram counts", options);
  const limited = limitedSpikes(train, options);
  const { frames: _, channels: _channels, length, ...base } = limited;
  const blanked = options.blank && blankedStretches(options.blank.around ?? events, options.blank, base.origin, base.framesPerSecond);
  const { frames, channels } = keptSpikes(limited, options.channels, blanked);
  const windows = Float64Array.from(events, (event) => Number(event - base.origin) - binsBefore * binFrames);

  const starts = new Uint32Array(events.length + 1);
  const firsts = new Uint32Array(events.length);
  let total = 0;
  for (const [trial, window] of windows.entries()) {
    const first = lowerBound(frames, window);
    firsts[trial] = first;
    total += lowerBound(frames, window + binCount * binFrames) - first;
    checkCells(total, "raster spikes", options);
    starts[trial + 1] = total;
  }

  const counts = new Uint32Array(base.channelCount * binCount);
  const raster = { starts, channels: new Uint8Array(total), frames: new Float64Array(total) };
  for (const [trial, window] of windows.entries()) {
    const shift = (firsts[trial] as number) - (starts[trial] as number); // one of each a trial
    for (let at = starts[trial] as number; at < (starts[trial + 1] as number); at++) {
      const channel = channels[at + shift] as number; // in bounds
      const offset = (frames[at + shift] as number) - window; // as above
      const cell = channel * binCount + Math.floor(offset / binFrames);
      counts[cell] = (counts[cell] as number) + 1;
      raster.channels[at] = channel;
      raster.frames[at] = offset - binsBefore * binFrames;
    }
  }

  const observedFrames = observed(windows, { binFrames, binCount, length }, blanked);
  const rates = Float64Array.from(counts, (count, cell) => {
    const frames = observedFrames[cell % binCount] as number; // one for each bin
    return frames === 0 ? Number.NaN : count / (frames / base.framesPerSecond);
  });
  return { analysis: "psth", ...base, bin: toSpan(options.bin), binFrames, binsBefore, binCount, counts, observedFrames, rates, raster };
}

function keptSpikes(
  { frames, channels }: LimitedSpikes,
  wanted: readonly number[] | undefined,
  blanked: Stretches | undefined,
): Pick<LimitedSpikes, "frames" | "channels"> {
  if (wanted === undefined && blanked === undefined) return { frames, channels };
  const chosen = new Uint8Array(256).fill(wanted === undefined ? 1 : 0);
  for (const channel of wanted ?? []) chosen[channel] = 1;
  const kept = { frames: new Float64Array(frames.length), channels: new Uint8Array(frames.length) };
  let at = 0;
  for (let row = 0; row < frames.length; row++) {
    const frame = frames[row] as number; // in bounds
    const channel = channels[row] as number; // as many as frames
    if (chosen[channel] === 0 || (blanked !== undefined && isBlanked(blanked, frame))) continue;
    kept.frames[at] = frame;
    kept.channels[at++] = channel;
  }
  return { frames: kept.frames.subarray(0, at), channels: kept.channels.subarray(0, at) };
}

function observed(
  windows: Float64Array,
  { binFrames, binCount, length }: { readonly binFrames: number; readonly binCount: number; readonly length: number },
  blanked: Stretches | undefined,
): Float64Array {
  const frames = new Float64Array(binCount);
  const seenBefore = (frame: number) => {
    const inside = Math.min(Math.max(frame, 0), length);
    return blanked === undefined ? inside : inside - framesBlankedBefore(blanked, inside) + framesBlankedBefore(blanked, 0);
  };
  let whole = 0;
  for (const window of windows) {
    if (blanked === undefined && window >= 0 && window + binCount * binFrames <= length) {
      whole++;
      continue;
    }
    let seen = seenBefore(window);
    for (let bin = 0; bin < binCount; bin++) {
      const next = seenBefore(window + (bin + 1) * binFrames);
      frames[bin] = (frames[bin] as number) + next - seen; // in bounds
      seen = next;
    }
  }
  return frames.map((partial) => partial + whole * binFrames);
}
