import { describe, expect, it } from "vitest";
import { firingStats, toBatch, toJson } from "../../src/analysis/index.js";
import { trainOfFrames } from "./trains.js";

// Two seconds at 10 frames a second, three channels, the last silent.
const train = trainOfFrames({ 0: [0, 4, 4, 10, 19], 1: [7] }, { durationFrames: 20n, framesPerSecond: 10, channelCount: 3 });

describe("firingStats", () => {
  it("counts spikes by channel and bin, those of one frame too", () => {
    const { counts, binCount, binFrames } = firingStats(train);
    expect([binCount, binFrames]).toEqual([2, 10]);
    expect([...counts]).toEqual([3, 2, 1, 0, 0, 0]);
  });

  it("gives rates in Hz and moments in spikes a bin", () => {
    const stats = firingStats(train, { bin: "500ms" });
    expect([...stats.counts]).toEqual([3, 0, 1, 1, 0, 1, 0, 0, 0, 0, 0, 0]);
    expect([...stats.rates.subarray(0, 4)]).toEqual([6, 0, 2, 2]);
    expect([...stats.channelMeanCount]).toEqual([1.25, 0.25, 0]);
    expect([...stats.channelVarianceCount]).toEqual([1.1875, 0.1875, 0]);
    expect([stats.cultureMeanCount, stats.cultureVarianceCount, stats.cultureMaxCount]).toEqual([0.5, 1.375 / 3, 3]);
  });

  it("takes spikes that share a frame as one for intervals", () => {
    const stats = firingStats(train);
    expect(stats.channelIntervals.map((intervals) => [...intervals])).toEqual([[4, 6, 9], [], []]);
    expect([...stats.channelIntervalMean]).toEqual([19 / 3, 0, 0]);
    expect(stats.channelIntervalVariance[0]).toBeCloseTo((16 + 36 + 81) / 3 - (19 / 3) ** 2, 12);
    expect([stats.cultureIntervalMean, stats.cultureIntervalVariance]).toEqual([19 / 3, 0]);
  });

  it("takes the variance of the channels' mean intervals, not the mean of their variances", () => {
    const stats = firingStats(
      trainOfFrames({ 0: [0, 2], 1: [0, 6], 2: [5] }, { durationFrames: 20n, framesPerSecond: 10, channelCount: 3 }),
    );
    expect([stats.cultureIntervalMean, stats.cultureIntervalVariance]).toEqual([4, 4]);
  });

  it("counts from the start of a limit, whose end is exclusive", () => {
    const stats = firingStats(train, { from: 4n, to: 19n });
    expect(stats.origin).toBe(4n);
    expect([...stats.counts]).toEqual([3, 0, 1, 0, 0, 0]);
    expect(stats.channelIntervals.map((intervals) => [...intervals])).toEqual([[6], [], []]);
  });

  it("gives nothing for an empty limit", () => {
    const stats = firingStats(train, { from: 5n, to: 5n });
    expect([stats.binCount, stats.counts.length, stats.cultureMaxCount]).toEqual([0, 0, 0]);
    expect([stats.cultureMeanCount, stats.cultureIntervalMean]).toEqual([Number.NaN, Number.NaN]);
    expect(toJson(stats)).toMatchObject({ culture_mean_firing_rates: null, culture_ISI_mean: null });
  });

  it("writes seconds under the names of the SDK", () => {
    expect(toJson(firingStats(train, { bin: "1s" }), { filePath: "culture.h5" })).toMatchObject({
      metadata: { file_path: "culture.h5", channel_count: 3, sampling_frequency: 10, duration_frames: 20, duration_seconds: 2 },
      bin_size_sec: 1,
      firing_counts: [
        [3, 2],
        [1, 0],
        [0, 0],
      ],
      channel_ISI: [[0.4, 0.6, 0.9], [], []],
      culture_ISI_var: 0,
    });
  });

  it("has a row for each channel, and null where a channel has no intervals", () => {
    const batch = toBatch(firingStats(train));
    expect(batch.schema.fields.map((field) => field.name)).toEqual([
      "channel",
      "spikes",
      "mean_rate",
      "mean_count",
      "variance_count",
      "interval_mean",
      "interval_variance",
    ]);
    expect([0, 1, 2].map((row) => batch.get(row)?.toJSON())).toMatchObject([
      { channel: 0, spikes: 5, mean_rate: 2.5, interval_mean: 19 / 30 },
      { channel: 1, spikes: 1, mean_rate: 0.5, interval_mean: null },
      { channel: 2, spikes: 0, mean_rate: 0, interval_variance: null },
    ]);
  });

  it("cuts a bin to whole frames after a rounded product, and divides by the bin as asked", () => {
    const cut = firingStats(trainOfFrames({ 1: [0, 6] }, { durationFrames: 12n }), { bin: "280us" });
    expect([cut.binFrames, cut.binCount, cut.rates[cut.binCount]]).toEqual([6, 2, 1 / 0.00028]);
  });
});
