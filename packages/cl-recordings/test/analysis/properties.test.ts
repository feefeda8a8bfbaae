import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  dctFeatures,
  firingStats,
  functionalConnectivity,
  informationEntropy,
  lempelZiv,
  networkBursts,
  psth,
  type SpikeTrain,
  spikeTriggeredHistogram,
} from "../../src/analysis/index.js";
import { trainOfFrames } from "./trains.js";

const channelCount = 64;
/** Channels that spike, and one that doesn't. */
const active = [1, 2, 3, 4, 20, 62];
const channels = [...active, 33];
const runs = 200;
const framesPerSecond = 1_000;

/** Trains of up to 120 spikes on a few channels, some before or after the recording, with a limit inside it. */
const trains = fc
  .record({
    frames: fc.integer({ min: 1, max: 200 }),
    spikes: fc.array(fc.tuple(fc.integer({ min: -5, max: 205 }), fc.constantFrom(...active)), { maxLength: 120 }),
    bounds: fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.double({ min: 0, max: 1, noNaN: true })),
    limited: fc.boolean(),
    bin: fc.integer({ min: 1, max: 50 }),
  })
  .map(({ frames, spikes, bounds, limited, bin }) => {
    const byChannel: { [channel: number]: number[] } = {};
    for (const [frame, channel] of spikes) (byChannel[channel] ??= []).push(frame);
    const [from, to] = bounds.map((bound) => Math.round(bound * frames)).sort((a, b) => a - b) as [number, number];
    const train = trainOfFrames(byChannel, { durationFrames: BigInt(frames), framesPerSecond, channelCount });
    const [start, end] = limited ? [from, to] : [0, frames];
    return { train, limit: limited ? { from: BigInt(from), to: BigInt(to) } : {}, start, end, frames, binFrames: bin, bin: `${bin}ms` };
  });

/** Frames of a channel's spikes inside a limit, from its start. */
const framesOf = (train: SpikeTrain, channel: number, start: number, end: number) =>
  [...train.ticks]
    .map(Number)
    .filter((tick, row) => train.channels[row] === channel && tick >= start && tick < end)
    .map((tick) => tick - start);
const distinct = (values: readonly number[]) => [...new Set(values)];
const countsOf = (frames: readonly number[], bins: number, width: number) =>
  Array.from({ length: bins }, (_, bin) => frames.filter((frame) => frame >= bin * width && frame < (bin + 1) * width).length);
const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
const variance = (values: readonly number[]) => mean(values.map((value) => (value - mean(values)) ** 2));

/** Checks a property and prints how often. */
function holds(name: string, check: (given: typeof trains extends fc.Arbitrary<infer Given> ? Given : never) => void): void {
  let cases = 0;
  fc.assert(
    fc.property(trains, (given) => {
      cases++;
      check(given);
    }),
    { numRuns: runs },
  );
  console.log(`${name}: ${cases} trains`);
}

describe("analyses against their definitions, spelt out", () => {
  it("counts, rates and intervals", () => {
    holds("firing statistics", ({ train, limit, start, end, bin, binFrames }) => {
      const stats = firingStats(train, { bin, ...limit });
      const bins = Math.ceil((end - start) / binFrames);
      expect(stats.binCount).toBe(bins);
      for (const channel of channels) {
        const frames = framesOf(train, channel, start, end);
        const counts = countsOf(frames, bins, binFrames);
        expect([...stats.counts.subarray(channel * bins, (channel + 1) * bins)]).toEqual(counts);
        const times = distinct(frames);
        const intervals = times.slice(1).map((time, row) => time - (times[row] as number));
        expect([...(stats.channelIntervals[channel] as Float64Array)]).toEqual(intervals);
        if (bins > 0) expect(stats.channelVarianceCount[channel]).toBeCloseTo(variance(counts), 10);
        if (intervals.length > 0) expect(stats.channelIntervalVariance[channel]).toBeCloseTo(variance(intervals), 8);
      }
    });
  });

  it("bursts", () => {
    holds("bursts", ({ train, limit, start, end, frames: duration, bin, binFrames }) => {
      // 1.5 and 0.75 spikes in each bin.
      const [onsetHz, offsetHz] = [1_500 / binFrames, 750 / binFrames];
      const bursts = networkBursts(train, { bin, onsetHz, offsetHz, minActiveChannels: 1, ...limit });
      const counted = channels.flatMap((channel) => distinct(framesOf(train, channel, start, end)));
      const counts = countsOf(counted, Math.ceil(duration / binFrames), binFrames);
      const loud: boolean[] = [];
      for (const [at, count] of counts.entries()) loud.push(count >= (loud[at - 1] === true ? 1 : 2));
      const starts = loud.flatMap((is, at) => (is && loud[at - 1] !== true ? [at * binFrames] : []));
      const ends = loud.flatMap((is, at) =>
        is && loud[at + 1] !== true ? [at + 1 === loud.length ? duration : (at + 1) * binFrames] : [],
      );
      expect([...bursts.startFrames]).toEqual(starts);
      expect([...bursts.endFrames]).toEqual(ends);
      expect([...bursts.spikes]).toEqual(
        starts.map((from, burst) => counted.filter((frame) => frame >= from && frame < (ends[burst] as number)).length),
      );
    });
  });

  it("entropy", () => {
    holds("entropy", ({ train, limit, start, end, bin, binFrames }) => {
      const { activeChannels, entropy } = informationEntropy(train, { bin, ...limit });
      const bins = Math.ceil((end - start) / binFrames);
      const byChannel = channels.map((channel) => countsOf(framesOf(train, channel, start, end), bins, binFrames));
      const counted = Array.from({ length: bins }, (_, at) => byChannel.filter((counts) => (counts[at] as number) > 0).length);
      expect([...activeChannels]).toEqual(counted);
      for (const [at, count] of counted.entries()) {
        const p = count / channelCount;
        expect(entropy[at]).toBeCloseTo(p === 0 ? 0 : -(p * Math.log(p) + (1 - p) * Math.log(1 - p)), 12);
      }
    });
  });

  it("phrases of LZ78", () => {
    holds("Lempel-Ziv", ({ train, limit, start, end, bin, binFrames }) => {
      const bins = Math.ceil((end - start) / binFrames);
      for (const symbols of ["spikes", "counts"] as const) {
        const { complexity } = lempelZiv(train, { bin, symbols, normalise: false, minBinCount: 0, ...limit });
        for (const channel of channels) {
          const counts = countsOf(framesOf(train, channel, start, end), bins, binFrames);
          const sequence = symbols === "spikes" ? counts.map((count) => Math.min(1, count)) : counts;
          const known = new Set<string>();
          let phrase = "";
          for (const symbol of sequence) {
            phrase += `${symbol} `;
            if (known.has(phrase)) continue;
            known.add(phrase);
            phrase = "";
          }
          expect(complexity[channel]).toBe(symbols === "counts" && new Set(counts).size < 2 ? 0 : known.size);
        }
      }
    });
  });

  it("spike-triggered histograms and spike totals", () => {
    holds("spike-triggered histograms", ({ train, limit, start, end, bin, binFrames }) => {
      const { spikes } = dctFeatures(train, { k: 1, ...limit });
      const result = spikeTriggeredHistogram(train, { bin, before: "25ms", after: "40ms", channels: 9, minRateHz: 0.001, ...limit });
      expect(result.channels.length).toBe(active.filter((channel) => channel !== 4 && (spikes[channel] as number) > 0).length);
      const edges = [...result.edges];
      for (const [at, edge] of edges.entries()) expect(edge).toBeCloseTo(-0.025 + (at * binFrames) / 1_000, 12);
      for (const [pair, base] of result.bases.entries()) {
        const [triggers, targets] = [base, result.targets[pair] as number].map((channel) =>
          distinct(framesOf(train, channel, start, end)).map((frame) => frame / framesPerSecond),
        ) as [number[], number[]];
        expect(spikes[base]).toBe(triggers.length);
        const distances = triggers.flatMap((trigger) =>
          targets.filter((target) => target >= trigger - 0.025 && target <= trigger + 0.04).map((target) => target - trigger),
        );
        const counts = edges.slice(1).map((next, at) => {
          const last = at === result.binCount - 1;
          return distances.filter((distance) => distance >= (edges[at] as number) && (distance < next || (last && distance === next)))
            .length;
        });
        expect([...result.counts.subarray(pair * result.binCount, (pair + 1) * result.binCount)]).toEqual(counts);
      }
    });
  });

  it("correlations", () => {
    holds("correlations", ({ train, limit, start, end, bin, binFrames }) => {
      const { correlation } = functionalConnectivity(train, { bin, threshold: 0, ...limit });
      const bins = Math.ceil((end - start) / binFrames);
      const counts = new Map(active.map((channel) => [channel, countsOf(framesOf(train, channel, start, end), bins, binFrames)]));
      for (const a of active) {
        for (const b of active) {
          const [x, y] = [counts.get(a) ?? [], counts.get(b) ?? []];
          const deviation = Math.sqrt(variance(x) * variance(y));
          const product = mean(x.map((value, at) => (value - mean(x)) * ((y[at] as number) - mean(y))));
          const expected = a === b || bins === 0 || deviation < 1e-9 ? 0 : product / deviation;
          expect(correlation[a * channelCount + b]).toBeCloseTo(expected, 9);
        }
      }
    });
  });

  it("histograms around events", () => {
    let cases = 0;
    const ticks = fc.array(fc.bigInt({ min: -20n, max: 220n }), { maxLength: 8 });
    fc.assert(
      fc.property(
        trains,
        ticks,
        ticks,
        fc.nat(30),
        fc.nat(30),
        ({ train, limit, start, end, bin, binFrames }, events, stims, before, after) => {
          cases++;
          const blank = { around: BigInt64Array.from(stims), before: "2ms", after: "3ms" };
          const result = psth(BigInt64Array.from(events), train, { bin, before: `${before}ms`, after: `${after}ms`, blank, ...limit });
          const blanked = (frame: number) => stims.some((stim) => frame >= Number(stim) - 2 && frame < Number(stim) + 3);
          const seen = (frame: number) => frame >= start && frame < end && !blanked(frame);
          expect([result.binsBefore, result.binCount]).toEqual([
            Math.ceil(before / binFrames),
            Math.ceil(before / binFrames) + Math.ceil(after / binFrames),
          ]);
          for (let at = 0; at < result.binCount; at++) {
            const frames = events.flatMap((event) =>
              Array.from({ length: binFrames }, (_, frame) => Number(event) + (at - result.binsBefore) * binFrames + frame),
            );
            expect(result.observedFrames[at]).toBe(frames.filter(seen).length);
            for (const channel of [1, 2, 20]) {
              const spikes = [...train.ticks].filter((_, row) => train.channels[row] === channel).map(Number);
              const count = frames.filter(seen).reduce((sum, frame) => sum + spikes.filter((spike) => spike === frame).length, 0);
              expect(result.counts[channel * result.binCount + at]).toBe(count);
            }
          }
          expect(result.raster.frames.length).toBe(result.counts.reduce((sum, count) => sum + count, 0));
        },
      ),
      { numRuns: runs },
    );
    console.log(`histograms around events: ${cases} trains`);
  });
});
