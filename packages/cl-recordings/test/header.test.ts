import { describe, expect, test } from "vitest";
import type { Attributes } from "../src/attributes/view.js";
import { recordingClock } from "../src/recording/clock.js";
import { recordingExtent, tickOffset } from "../src/recording/extent.js";
import { readHeader } from "../src/recording/header.js";

const attributes = (values: object): Attributes => ({
  frames_per_second: 25_000,
  uV_per_sample_unit: 0.195,
  start_timestamp: 1000,
  duration_frames: 500,
  created_utc: "2024-12-19T05:20:34.893Z",
  ended_utc: "2024-12-19T05:20:35Z",
  file_format: { version: 1, stim_and_spike_timestamps_relative_to_start: true },
  ...values,
});
const header = (values: object = {}) => readHeader(attributes(values), "x.h5");

describe("a recording's header", () => {
  test("takes the older name of the frame rate", () => {
    expect(header({ frames_per_second: undefined, sampling_frequency: 20_000n }).framesPerSecond).toBe(20_000n);
  });

  test("refuses rates that no instrument has", () => {
    for (const rate of [0, -1, 2e9, 1.5, "25000", null]) {
      expect(() => header({ frames_per_second: rate, sampling_frequency: undefined }), String(rate)).toThrow("frames_per_second");
    }
  });

  test("believes no absurd number of channels", () => {
    expect(header({ channel_count: 64 }).channelCount).toBe(64);
    for (const count of [1e15, -1, 0.5, "64", 2n ** 64n]) expect(header({ channel_count: count }).channelCount).toBe(undefined);
  });

  test("does without what is missing, and says so", () => {
    const found = header({
      file_format: new Uint8Array(3),
      uV_per_sample_unit: Number.NaN,
      start_timestamp: "x",
      duration_frames: undefined,
    });
    expect(found).toMatchObject({
      formatVersion: "",
      relativeTicks: undefined,
      microvoltsPerUnit: 0.195,
      startTimestamp: 0n,
      durationFrames: 0n,
    });
    expect(found.warnings).toHaveLength(2);
  });

  test("keeps an exact clock for rates that do not divide a second", () => {
    expect(recordingClock(header({ frames_per_second: 30_000 })).clock).toMatchObject({ ticks: 3n, per: 100_000n });
  });

  test("takes words that are no time for none", () => {
    for (const created of ["now", "", "yesterday", "2024-12-19T25:00Z", undefined]) {
      const { clock, warnings } = recordingClock(header({ created_utc: created, created_localtime: created }));
      expect(clock.accuracy).toBe(undefined);
      expect(warnings).toHaveLength(1);
    }
    expect(recordingClock(header({ created_utc: "", created_localtime: "2024-12-19T15:20:34.893+10:00" })).clock.origin).toBe(
      1_734_585_634_893_000_000n,
    );
  });
});

describe("ticks that are", () => {
  const silent = { file_format: { version: 1 } };
  const absolute = { file_format: { version: 1, stim_and_spike_timestamps_relative_to_start: false } };

  test("relative are left as they are", () => {
    expect(tickOffset(header(), 5000n, 6000n)).toEqual({ offset: 0n });
  });

  test("absolute count from the start", () => {
    expect(tickOffset(header(absolute), 1000n, 1500n)).toEqual({ offset: -1000n });
    expect(tickOffset(header(silent), 1000n, 1500n)).toEqual({ offset: -1000n });
    // A little before the start, and past what a relative tick could be.
    expect(tickOffset(header(absolute), 998n, 1500n)).toEqual({ offset: -1000n });
  });

  test("said to be absolute, but can't be, are relative", () => {
    expect(tickOffset(header(absolute), 0n, 500n)).toMatchObject({
      offset: 0n,
      warning: expect.stringContaining("says that ticks are absolute"),
    });
    expect(tickOffset(header(silent), 0n, 500n)).toMatchObject({ offset: 0n, warning: expect.stringContaining("does not say") });
  });
});

describe("a recording's end", () => {
  test("is the header's where it was finished", () => {
    expect(recordingExtent(header(), { samples: 500, lastTick: undefined })).toEqual({ status: "finished", frames: 500n, warnings: [] });
    expect(recordingExtent(header(), { samples: undefined, lastTick: undefined }).warnings).toEqual([]);
  });

  test("is where its data ends where it was not", () => {
    const crashed = header({ ended_utc: "", duration_frames: 0 });
    expect(recordingExtent(crashed, { samples: 400, lastTick: 500n })).toMatchObject({ status: "unfinished", frames: 501n });
    expect(recordingExtent(crashed, { samples: 600, lastTick: 500n }).frames).toBe(600n);
    expect(recordingExtent(crashed, { samples: undefined, lastTick: undefined }).frames).toBe(0n);
  });
});
