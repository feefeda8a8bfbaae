import { describe, expect, it } from "vitest";
import { networkBursts, toBatch, toJson } from "../../src/analysis/index.js";
import { trainOfFrames } from "./trains.js";

// Bins of 10 frames: 2, 5, 3, 1, 0 and 6 spikes of two channels; the last bin is half.
const train = trainOfFrames(
  { 0: [1, 10, 11, 12, 20, 50, 51, 52], 1: [2, 13, 14, 21, 22, 39, 53, 54, 54, 54], 2: [54] },
  { durationFrames: 55n, framesPerSecond: 10, channelCount: 4 },
);
// Thresholds: 1 Hz and 0.5 Hz for each of 4 channels in a bin of a second.
const options = { bin: "1s", onsetHz: 1, offsetHz: 0.5 };

describe("networkBursts", () => {
  it("enters at the onset, stays down to the offset, and ends an open burst with the recording", () => {
    const bursts = networkBursts(train, options);
    expect(bursts.binCount).toBe(6);
    expect([...bursts.startFrames]).toEqual([10, 50]);
    expect([...bursts.endFrames]).toEqual([30, 55]);
  });

  it("counts spikes that share channel and frame once", () => {
    const bursts = networkBursts(train, options);
    expect([...bursts.spikes]).toEqual([8, 6]);
    expect([...bursts.meanRate]).toEqual([2, 5, 3, 1, 0, 6].map((count) => count / 4));
    expect(bursts.channelFrames[1]?.length).toBe(8);
  });

  it("multiplies the rates by the channels that must be active", () => {
    expect([...networkBursts(train, { ...options, minActiveChannels: 2 }).startFrames]).toEqual([0, 50]);
    expect([...networkBursts(train, { ...options, minActiveChannels: 100 }).startFrames]).toEqual([]);
  });

  it("never ends a burst by an offset of 0", () => {
    expect([...networkBursts(train, { ...options, offsetHz: 0 }).endFrames]).toEqual([55]);
  });

  it("counts frames from the limit, over bins of the whole recording", () => {
    const bursts = networkBursts(train, { ...options, from: 10n, to: 30n });
    expect([bursts.origin, bursts.binCount]).toEqual([10n, 6]);
    expect([[...bursts.startFrames], [...bursts.endFrames]]).toEqual([[0], [20]]);
    expect(toBatch(bursts).get(0)?.toJSON()).toEqual({ start_tick: 10n, end_tick: 30n, duration: 2, spikes: 8 });
  });

  it("writes seconds under the names of the SDK", () => {
    expect(toJson(networkBursts(train, options))).toMatchObject({
      bursts: [
        { start_frame: 10, end_frame: 30 },
        { start_frame: 50, end_frame: 55 },
      ],
      network_burst_count: 2,
      network_burst_durations_sec: [2, 0.5],
      total_network_burst_duration_sec: 2.5,
      bin_boundaries_frames: [0, 10, 20, 30, 40, 50],
      spike_frames_by_channel: { 2: [54], 3: [] },
    });
  });
});
