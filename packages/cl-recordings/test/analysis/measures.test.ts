import { describe, expect, it } from "vitest";
import {
  dctFeatures,
  functionalConnectivity,
  informationEntropy,
  lempelZiv,
  spikeTriggeredHistogram,
  toBatch,
  toJson,
} from "../../src/analysis/index.js";
import { trainOfFrames } from "./trains.js";

describe("informationEntropy", () => {
  const train = trainOfFrames(
    { 0: [0, 1, 12, 30], 1: [5, 31], 2: [32], 3: [33] },
    { durationFrames: 40n, framesPerSecond: 10, channelCount: 4 },
  );

  it("is that of a coin with the share of active channels", () => {
    const { activeChannels, entropy } = informationEntropy(train, { bin: "1s", logBase: 2 });
    expect([...activeChannels]).toEqual([2, 1, 0, 4]);
    expect(entropy[0]).toBe(1);
    expect(entropy[1]).toBeCloseTo(0.811278124459, 12);
    expect([entropy[2], entropy[3]]).toEqual([0, 0]);
  });

  it("is in nats without a base", () => {
    expect(informationEntropy(train, { bin: "1s" }).entropy[0]).toBeCloseTo(Math.LN2, 15);
  });

  it("rounds a bin to whole frames, halves to even, and to one at least", () => {
    const frames = (bin: string) => informationEntropy(train, { bin }).binFrames;
    expect(["250ms", "350ms", "260ms", "1ms"].map(frames)).toEqual([2, 4, 3, 1]);
  });

  it("has a row for each bin, at its tick", () => {
    const batch = toBatch(informationEntropy(train, { bin: "1s", from: 10n }));
    expect([...batch].map((row) => row.toJSON().tick)).toEqual([10n, 20n, 30n]);
  });
});

describe("lempelZiv", () => {
  // 0 | 01 | 1 | 010 | 00 | (1 unfinished and known)
  const train = trainOfFrames({ 0: [2, 3, 5, 9] }, { durationFrames: 10n, framesPerSecond: 10, channelCount: 2 });

  it("counts the phrases of LZ78, without the last where it is known already", () => {
    const { complexity } = lempelZiv(train, { bin: "100ms", normalise: false });
    // The silent channel: 0 | 00 | 000 | 0000
    expect([...complexity]).toEqual([5, 4]);
  });

  it("normalises by the length to the base of the alphabet", () => {
    expect(lempelZiv(train, { bin: "100ms" }).complexity[0]).toBeCloseTo((5 * Math.log2(10)) / 10, 14);
  });

  it("takes counts as symbols where asked, and 0 for one symbol only", () => {
    // 2 0 1 2 | 2 0 ...: phrases 2 | 0 | 1 | 22
    const counts = trainOfFrames({ 0: [0, 0, 2, 3, 3, 4, 4] }, { durationFrames: 5n, framesPerSecond: 10, channelCount: 2 });
    const options = { bin: "100ms", symbols: "counts" } as const;
    expect([...lempelZiv(counts, { ...options, normalise: false }).complexity]).toEqual([4, 0]);
    expect(lempelZiv(counts, options).complexity[0]).toBeCloseTo((4 * (Math.log(5) / Math.log(3))) / 5, 14);
  });

  it("is 0 for fewer bins than asked", () => {
    expect([...lempelZiv(train, { bin: "100ms", minBinCount: 11 }).complexity]).toEqual([0, 0]);
    expect([...lempelZiv(train, { bin: "1s", minBinCount: 1 }).complexity]).toEqual([0, 0]);
    expect([...lempelZiv(train, { bin: "1s", minBinCount: 1, normalise: false }).complexity]).toEqual([1, 1]);
  });
});

describe("dctFeatures", () => {
  it("weighs the electrodes by waves down the rows and along the columns", () => {
    // Channel 8 × 2 + 3: column 2, row 3.
    const { features, basis } = dctFeatures(trainOfFrames({ 19: [4, 4, 9] }), { k: 3 });
    const wave = (frequency: number, electrode: number) => Math.cos((Math.PI / 8) * (electrode + 0.5) * frequency) * 0.5;
    expect(basis[0]).toBeCloseTo(Math.SQRT1_2, 15);
    expect(features[0]).toBeCloseTo(2 * 0.5, 15);
    expect(features[1 * 3 + 2]).toBeCloseTo(2 * wave(1, 3) * wave(2, 2), 15);
    expect(features[2 * 3 + 1]).toBeCloseTo(2 * wave(2, 3) * wave(1, 2), 15);
  });

  it("names features as the SDK does", () => {
    const json = toJson(dctFeatures(trainOfFrames({ 19: [4] }), { k: 2 }));
    expect(Object.keys(json.dct_features as object)).toEqual(["dct00_firing", "dct01_firing", "dct10_firing", "dct11_firing"]);
    expect((json.mea_layout as number[][])[3]?.[2]).toBe(19);
  });
});

describe("spikeTriggeredHistogram", () => {
  const train = trainOfFrames(
    { 9: [100, 200], 10: [103, 198, 300], 11: [500], 4: [1, 2, 3, 4, 5] },
    { durationFrames: 1_000n, framesPerSecond: 1_000 },
  );
  const options = { bin: "2ms", before: "4ms", after: "4ms", channels: 2, minRateHz: 2 };

  it("counts the target's spikes by their distance from the base's", () => {
    const { bases, targets, counts, edges, binCount } = spikeTriggeredHistogram(train, options);
    expect([[...bases], [...targets]]).toEqual([
      [9, 10],
      [10, 9],
    ]);
    expect([...edges].map((edge) => Math.round(edge * 1e9) / 1e6)).toEqual([-4, -2, 0, 2, 4]);
    expect([...counts.subarray(0, binCount)].reduce((sum, count) => sum + count)).toBe(2);
    // 3 ms after and 2 ms before; seen from the other side it is the reverse.
    expect(counts[3]).toBe(1);
    expect(counts[binCount + 0]).toBe(1);
  });

  it("takes the most active channels but the reference, and only those above the rate", () => {
    expect([...spikeTriggeredHistogram(train, { ...options, minRateHz: 0.5, channels: 3 }).channels]).toEqual([11, 9, 10]);
    expect([...spikeTriggeredHistogram(train, { ...options, minRateHz: 2.5 }).channels]).toEqual([10]);
  });

  it("takes the higher channel of two that are as active", () => {
    const even = trainOfFrames({ 9: [100], 10: [200], 11: [300, 301] }, { durationFrames: 1_000n, framesPerSecond: 1_000 });
    expect([...spikeTriggeredHistogram(even, { ...options, minRateHz: 0.5 }).channels]).toEqual([10, 11]);
  });

  it("has no edges where no channel is active enough", () => {
    const none = spikeTriggeredHistogram(train, { ...options, minRateHz: 100 });
    expect([none.edges.length, none.binCount, none.counts.length]).toEqual([0, 0, 0]);
    expect(toJson(none)).toMatchObject({ num_eligible_channels: 0, histogram_bins: [], histograms: {} });
  });
});

describe("functionalConnectivity", () => {
  // Bins of one frame. Channels 1 and 2 fire together, 3 in the gaps, 5 always.
  const train = trainOfFrames(
    { 1: [0, 2, 4], 2: [0, 2, 4], 3: [1, 3, 5], 5: [0, 1, 2, 3, 4, 5] },
    { durationFrames: 6n, framesPerSecond: 10 },
  );

  it("correlates counts, and leaves out channels that do not change", () => {
    const { correlation, edgeCount, totalWeight, meanWeight } = functionalConnectivity(train, { bin: "100ms" });
    const of = (a: number, b: number) => correlation[a * 64 + b];
    expect([of(1, 2), of(2, 1), of(1, 3), of(2, 3), of(1, 1), of(1, 5), of(5, 5)]).toEqual([1, 1, -1, -1, 0, 0, 0]);
    expect([edgeCount, totalWeight, meanWeight]).toEqual([3, -1, -1 / 3]);
  });

  it("clusters by the triangles, over all channels", () => {
    expect(functionalConnectivity(train, { bin: "100ms" }).clustering).toBeCloseTo(3 / 64, 15);
  });

  it("drops what is below the threshold", () => {
    const loose = trainOfFrames({ 1: [0, 2, 4], 2: [0, 2, 5] }, { durationFrames: 8n, framesPerSecond: 10 });
    const of = (threshold: number) => functionalConnectivity(loose, { bin: "100ms", threshold }).correlation[66];
    expect(of(0)).toBeCloseTo(7 / 15, 15);
    expect(of(0.4)).toBeCloseTo(7 / 15, 15);
    expect(of(0.5)).toBe(0);
  });

  it("has a row for each edge", () => {
    expect([...toBatch(functionalConnectivity(train, { bin: "100ms" }))].map((row) => row.toJSON())).toEqual([
      { first: 1, second: 2, correlation: 1 },
      { first: 1, second: 3, correlation: -1 },
      { first: 2, second: 3, correlation: -1 },
    ]);
  });
});
