import { isSondeError } from "@sonde/core";
import { describe, expect, it } from "vitest";
import { firingStats, psth, ticksOf, trainOf } from "../../src/analysis/index.js";
import { openRecording } from "../../src/index.js";
import { fixturePath, tutorialFile, withRecording } from "../support/fixture.js";

describe("trainOf", () => {
  it("takes spikes, channels, rate and length from a recording", async () => {
    await withRecording(tutorialFile, async (recording) => {
      const train = await trainOf(recording);
      expect(train).toMatchObject({ durationFrames: 5_000n, framesPerSecond: 25_000, channelCount: 8 });
      const table = await recording.spikes.table();
      expect([...train.ticks]).toEqual(table.toArray().map((row) => row.tick));
      expect([...train.channels]).toEqual(table.toArray().map((row) => row.channel));
      expect(firingStats(train, { bin: "100ms" }).counts.reduce((sum, count) => sum + count, 0)).toBe(5);
    });
  });

  it("puts spikes in order where the file has not", async () => {
    const train = await withRecording("unsorted.h5", (recording) => trainOf(recording));
    const expected = Array.from({ length: 300 }, (_, row) => ((row * 7919) % 150) * 400).sort((a, b) => a - b);
    expect(Array.from(train.ticks, Number)).toEqual(expected);
  });

  it("counts ticks from the start of a file that has absolute ones", async () => {
    const [relative, absolute] = await Promise.all(
      [tutorialFile, "absolute.h5"].map((name) => withRecording(name, (recording) => trainOf(recording))),
    );
    expect(absolute?.ticks).toEqual(relative?.ticks);
  });

  it("is as long as the data of an unfinished recording", async () => {
    const train = await withRecording("unfinished.h5", (recording) => trainOf(recording));
    expect([...train.ticks]).toEqual([10n, 411n]);
    expect(train.durationFrames).toBeGreaterThanOrEqual(412n);
  });

  it("is empty without spikes", async () => {
    const recording = await openRecording(fixturePath("streams.h5"));
    const train = await trainOf(recording);
    expect([train.ticks.length, train.channelCount]).toEqual([0, 8]);
    await recording.close();
  });

  it("refuses more spikes than allowed, and spikes on channels that there are not", async () => {
    await withRecording(tutorialFile, async (recording) => {
      await expect(trainOf(recording, { maxSpikes: 4 })).rejects.toSatisfy((error) => isSondeError(error, "limit") && error.asked === 5);
      const narrow = { ...recording, samples: { ...recording.samples, shape: [5_000, 1] as const } };
      await expect(trainOf(narrow)).rejects.toSatisfy((error) => isSondeError(error, "format"));
    });
  });

  it("rejects with the reason of an abort", async () => {
    await withRecording(tutorialFile, async (recording) => {
      const reason = new Error("enough");
      await expect(trainOf(recording, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    });
  });
});

describe("ticksOf", () => {
  it("has each tick of the stims once, ascending, and of the chosen channels", async () => {
    await withRecording("unsorted.h5", async (recording) => {
      expect([...(await ticksOf(recording.stims))]).toEqual([10n, 20n, 30n]);
      expect([...(await ticksOf(recording.stims, { channels: [3, 4] }))]).toEqual([10n, 20n]);
      const events = await ticksOf(recording.stims, { from: 15n });
      expect(psth(events, await trainOf(recording), { before: "2ms", after: "20ms", bin: "2ms" }).raster.starts.length).toBe(3);
    });
  });
});
