import { describe, expect, it } from "vitest";
import { psth, toBatch, toJson } from "../../src/analysis/index.js";
import { trainOfFrames } from "./trains.js";

// A frame is 100 ms.
const train = trainOfFrames(
  { 0: [18, 20, 21, 29, 30, 60], 1: [22, 22, 61] },
  { durationFrames: 65n, framesPerSecond: 10, channelCount: 2 },
);
const events = BigInt64Array.of(60n, 20n);
const options = { before: "400ms", after: "1s", bin: "200ms" };
const rows = (values: Iterable<number>) => [[...values].slice(0, 7), [...values].slice(7)];

describe("psth", () => {
  it("counts spikes by their distance from the event, in half-open bins", () => {
    const { counts, binCount, binsBefore, binFrames } = psth(events, train, options);
    expect([binCount, binsBefore, binFrames]).toEqual([7, 2, 2]);
    // Frames 16 to 30 and 56 to 70: 30 is outside.
    expect(rows(counts)).toEqual([
      [0, 1, 3, 0, 0, 0, 1],
      [0, 0, 1, 2, 0, 0, 0],
    ]);
  });

  it("has the rate of the time that was recorded", () => {
    const { observedFrames, rates } = psth(events, train, options);
    // The second window ends after the recording: of its bins at 64 one frame is there, of those after it none.
    expect([...observedFrames]).toEqual([4, 4, 4, 4, 3, 2, 2]);
    expect([...rates].slice(0, 7)).toEqual([0, 1 / 0.4, 3 / 0.4, 0, 0, 0, 1 / 0.2]);
  });

  it("keeps each trial, in the order of the events", () => {
    const { raster } = psth(events, train, options);
    expect([...raster.starts]).toEqual([0, 2, 8]);
    expect([...raster.channels]).toEqual([0, 1, 0, 0, 0, 1, 1, 0]);
    expect([...raster.frames]).toEqual([0, 1, -2, 0, 1, 2, 2, 9]);
  });

  it("leaves out what is blanked, and the time of it", () => {
    const { counts, observedFrames, rates, raster } = psth(events, train, { ...options, blank: { before: "100ms", after: "200ms" } });
    // Frames 19 to 22 and 59 to 62.
    expect(rows(counts)).toEqual([
      [0, 1, 0, 0, 0, 0, 1],
      [0, 0, 0, 2, 0, 0, 0],
    ]);
    expect([...observedFrames]).toEqual([4, 2, 0, 4, 3, 2, 2]);
    expect([rates[1], rates[2]]).toEqual([1 / 0.2, Number.NaN]);
    expect(raster.frames.length).toBe(4);
  });

  it("blanks around other ticks where asked, joining what overlaps", () => {
    const around = BigInt64Array.of(23n, 21n, 22n);
    const { observedFrames } = psth(BigInt64Array.of(20n), train, { ...options, blank: { around, before: "100ms", after: "100ms" } });
    expect([...observedFrames]).toEqual([2, 2, 0, 0, 2, 2, 2]);
  });

  it("counts the chosen channels only", () => {
    expect(rows(psth(events, train, { ...options, channels: [1] }).counts)[0]).toEqual([0, 0, 0, 0, 0, 0, 0]);
  });

  it("looks only at the limit, whose frames are what was observed", () => {
    const { counts, observedFrames, raster } = psth(events, train, { ...options, from: 20n, to: 30n });
    expect(rows(counts)[0]).toEqual([0, 0, 2, 0, 0, 0, 1]);
    expect([...observedFrames]).toEqual([0, 0, 2, 2, 2, 2, 2]);
    expect([...raster.starts]).toEqual([0, 0, 5]);
  });

  it("rounds a bin to the nearest frame, and the window up to whole bins", () => {
    const { binFrames, binsBefore, binCount } = psth(events, train, { before: "300ms", after: "310ms", bin: "190ms" });
    expect([binFrames, binsBefore, binCount]).toEqual([2, 2, 4]);
    expect(psth(events, train, { before: 0n, after: "1ms", bin: "1ms" }).binFrames).toBe(1);
  });

  it("rounds to frames of a rate that is not whole", () => {
    const fractional = { ...train, framesPerSecond: 24_414.0625 };
    expect(psth(events, fractional, { before: "1ms", after: "1ms", bin: "1ms" })).toMatchObject({
      binFrames: 24,
      binsBefore: 2,
      binCount: 4,
    });
  });

  it("has rates that are not defined without events", () => {
    const none = psth(new BigInt64Array(0), train, options);
    expect(none.counts.every((count) => count === 0)).toBe(true);
    expect(none.rates.every(Number.isNaN)).toBe(true);
    expect(toJson(none)).toMatchObject({ trials: [], observed_frames: [0, 0, 0, 0, 0, 0, 0] });
  });

  it("has a row for each channel and bin", () => {
    const batch = toBatch(psth(events, train, options));
    expect(batch.numRows).toBe(14);
    expect(batch.get(8)?.toJSON()).toEqual({ channel: 1, offset: -0.2, count: 0, rate: 0 });
    expect(toJson(psth(events, train, options))).toMatchObject({
      bin_starts_frames: [-4, -2, 0, 2, 4, 6, 8],
      trials: [{ channels: [0, 1], frames: [0, 1] }, {}],
    });
  });
});
