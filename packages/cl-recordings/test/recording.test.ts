import { readFileSync } from "node:fs";
import { isSondeError, toNanos } from "@sonde/core";
import { describe, expect, test } from "vitest";
import { openRecording, readAttributes } from "../src/index.js";
import { column, fixturePath, sampleAt, tutorialFile, withRecording } from "./support/fixture.js";

describe("what a recording says of itself", () => {
  test("keeps its clock exact", async () => {
    await withRecording(tutorialFile, async ({ clock, range, duration, frames, status, formatVersion, warnings }) => {
      expect(clock).toMatchObject({ origin: toNanos("2024-12-19T05:20:34.893Z"), ticks: 1n, per: 40_000n, accuracy: 1_000_000n });
      expect({ frames, duration, status, formatVersion, warnings }).toEqual({
        frames: 5000n,
        duration: 200_000_000n,
        status: "finished",
        formatVersion: "SDK",
        warnings: [],
      });
      expect(range).toEqual({ start: clock.origin, end: clock.origin + 200_000_000n });
    });
  });

  test("opens bytes, a blob and a URL like a path", async () => {
    const path = fixturePath(tutorialFile);
    const bytes = new Uint8Array(readFileSync(path));
    for (const input of [bytes, new Blob([bytes]), new URL(`file://${path}`)]) {
      const recording = await openRecording(input);
      expect(recording.spikes.size).toBe(5);
      await recording.close();
    }
  });

  test("shows attributes as plain values, without those of PyTables", async () => {
    await withRecording("streams.h5", async ({ attributes, file }) => {
      expect(attributes).toMatchObject({
        channel_count: 8,
        frames_per_second: 25_000,
        uV_per_sample_unit: 0.195,
        hostname: "cl1-0123-456",
        git_hash: "",
        flag: true,
        big: 2n ** 70n,
        raw: new TextEncoder().encode("abc."),
      });
      expect(String(attributes.phase)).toBe("(1+2j)");
      expect(attributes.grid).toMatchObject({ shape: [2, 3], data: BigInt64Array.of(0n, 1n, 2n, 3n, 4n, 5n) });
      expect(attributes.levels).toMatchObject({ shape: [2], data: ["a", "bb"] });
      expect(attributes.CLASS).toBe(undefined);
      expect(Object.keys(attributes.application as object)).toEqual(["experiment", "subject", "__proto__", "nested"]);
      expect(attributes.application).toMatchObject({ subject: "µV é", nested: { a: [1, [2, null]] } });
      expect(({} as Record<string, unknown>).polluted).toBe(undefined);
      expect(await readAttributes(file, "/", { all: true })).toMatchObject({ CLASS: "GROUP", PYTABLES_FORMAT_VERSION: "2.1" });
      expect(Object.keys(await readAttributes(file, "/data_stream/ball"))).toEqual(["application", "name"]);
    });
  });

  test("marks a pickle that calls a function, or refuses the file where asked to", async () => {
    await withRecording("streams.h5", async ({ attributes }) => {
      const reason = expect.stringContaining('"__builtin__.print", which is not data');
      expect(attributes.secret).toEqual({ kind: "blocked", reason, bytes: expect.any(Uint8Array) });
      expect(attributes.when).toMatchObject({ kind: "blocked", reason });
    });
    await expect(openRecording(fixturePath("streams.h5"), { unsafeAttributes: "error" })).rejects.toMatchObject({
      code: "unsupported",
      what: "secret",
    });
  });

  test("prints its parts by the names to reach them", async () => {
    await withRecording(tutorialFile, async (recording) => {
      expect(String(recording).replace(recording.name, "recording.h5")).toBe(`Recording of file: recording.h5
    file:        the HDF5 file itself, 124312 bytes
    attributes:  21: application, cell_batch_id, channel_count, created_localtime, created_utc, duration_frames, … 15 more
    samples:     5000 frames of 8 channels, 0.195 µV a unit
    spikes:      5
    stims:       2
    dataStreams: example_data_stream (4)
    clock:       a tick in 40us, from 2024-12-19T05:20:34.893000000Z
    status:      finished, 5000 frames, 200ms`);
    });
  });

  test("refuses files that are no recordings", async () => {
    await expect(openRecording(fixturePath("pickles.json"))).rejects.toMatchObject({ code: "format" });
    await expect(openRecording(fixturePath("nothing.h5"))).rejects.toMatchObject({ code: "not-found" });
  });

  test("rejects reads after it was closed", async () => {
    const recording = await openRecording(fixturePath(tutorialFile));
    await recording.close();
    await recording.close();
    await expect(recording.spikes.table()).rejects.toSatisfy((error) => isSondeError(error, "closed"));
  });
});

describe("versions of the format", () => {
  test("reads the first simulator's files, which say less", async () => {
    await withRecording("mock.h5", async (recording) => {
      expect(recording).toMatchObject({ formatVersion: "MOCK", status: "finished", frames: 300n, warnings: [] });
      expect(recording.attributes.git_hash).toBe(null);
      expect(recording.dataStreams.size).toBe(0);
      expect((await recording.stims.table()).numRows).toBe(0);
      expect((await recording.spikes.table()).numRows).toBe(1);
    });
  });

  test("counts absolute ticks from the recording's start", async () => {
    await withRecording("absolute.h5", async ({ spikes, stims, dataStreams, formatVersion, warnings }) => {
      expect(formatVersion).toBe("1");
      expect(column(await spikes.table(), "tick")).toEqual([10n, 10n, 12n, 400n, 999n]);
      expect(column(await stims.table({ from: 250, to: 251 }), "tick")).toEqual([250n]);
      expect(await dataStreams.get("ball").keys().toArray()).toEqual([10n, 20n]);
      expect(warnings).toEqual([]);
      expect(await dataStreams.get("relative").keys().toArray()).toEqual([10n, 20n]);
      expect(warnings).toEqual([expect.stringContaining("data stream 'relative'")]);
    });
  });

  test("takes ticks as the data shows where the file says nothing", async () => {
    await withRecording("without_format.h5", async ({ spikes, warnings }) => {
      expect(column(await spikes.table(), "tick")).toEqual([10n, 10n, 12n, 400n, 999n]);
      expect(warnings).toHaveLength(2);
    });
  });

  test("takes an unfinished recording's end from its data", async () => {
    await withRecording("unfinished.h5", async (recording) => {
      expect(recording).toMatchObject({ status: "unfinished", frames: 421n, duration: 421n * 40_000n });
      expect(recording.warnings).toEqual([expect.stringContaining("not finished")]);
    });
    await withRecording("crashed.h5", async (recording) => {
      expect(recording).toMatchObject({ status: "unfinished", frames: 0n, duration: 0n });
      expect(recording.spikes).toMatchObject({ recorded: false, size: 0 });
      expect((await recording.spikes.table()).numRows).toBe(0);
      expect((await recording.samples.table()).numRows).toBe(0);
    });
  });

  test("warns of frames that were lost, and of a file without a date", async () => {
    await withRecording("lost_frames.h5", async ({ warnings, frames, samples }) => {
      expect({ frames, shape: samples.shape }).toEqual({ frames: 500n, shape: [480, 8] });
      expect(warnings).toEqual([expect.stringContaining("480 frames where the recording says 500")]);
    });
    await withRecording("undated.h5", async ({ clock, warnings, spikes }) => {
      expect(clock).toMatchObject({ origin: 0n, accuracy: undefined });
      expect(warnings).toEqual([expect.stringContaining("1970-01-01")]);
      expect(spikes.schema.fields.map(({ name }) => name)).toEqual(["time", "tick", "channel"]);
      await expect(spikes.table({ columns: ["samples"] })).rejects.toMatchObject({ code: "not-found" });
    });
  });
});

describe("samples", () => {
  test("come by channel, in µV or raw, in a range of ticks or times", async () => {
    await withRecording(tutorialFile, async ({ samples, clock }) => {
      expect(samples.shape).toEqual([5000, 8]);
      const raw = await samples.read({ from: 100n, to: 110n, channels: [7, 2], unit: "raw" });
      expect(raw).toMatchObject({ from: 100n, to: 110n, channels: [7, 2], unit: "raw" });
      expect(raw.values).toEqual([7, 2].map((channel) => Int16Array.from({ length: 10 }, (_, frame) => sampleAt(100 + frame, channel))));
      const scaled = await samples.read({ start: clock.origin + 4_000_000n, end: "2024-12-19T05:20:34.8974Z", channels: [3] });
      expect(scaled.values).toEqual([Float32Array.from({ length: 10 }, (_, frame) => sampleAt(100 + frame, 3) * 0.195)]);
    });
  });

  test("are cut to the frames that there are", async () => {
    await withRecording(tutorialFile, async ({ samples }) => {
      expect((await samples.read({ from: -5, to: 3, channels: [0], unit: "raw" })).values).toEqual([
        Int16Array.of(sampleAt(0, 0), sampleAt(1, 0), sampleAt(2, 0)),
      ]);
      expect((await samples.read({ from: 4998 })).values[0]).toHaveLength(2);
      expect((await samples.read({ from: 6000 })).values[0]).toHaveLength(0);
      expect((await samples.read({ from: 5, to: 5 })).values[0]).toHaveLength(0);
    });
  });

  test("come as a table with a column for each channel", async () => {
    await withRecording(tutorialFile, async ({ samples, clock }) => {
      const table = await samples.table({ from: 10, to: 12, channels: [1], unit: "raw" });
      expect(table.schema.fields.map(({ name }) => name)).toEqual(["time", "tick", "channel_01"]);
      expect(column(table, "time")).toEqual([clock.origin + 400_000n, clock.origin + 440_000n]);
      expect(column(table, "channel_01")).toEqual([sampleAt(10, 1), sampleAt(11, 1)]);
      expect(table.schema.fields[2]!.metadata.get("sonde:scale")).toBe("0.195");
    });
  });

  test("come in blocks that cover the range once", async () => {
    await withRecording(tutorialFile, async ({ samples }) => {
      let next = 17n;
      for await (const block of samples.blocks({ from: 17, channels: [5], unit: "raw" })) {
        expect(block.from).toBe(next);
        next = block.to;
      }
      expect(next).toBe(5000n);
    });
  });

  test("say which channels there are", async () => {
    await withRecording(tutorialFile, async ({ samples }) => {
      for (const channel of [8, -1, 1.5]) await expect(samples.read({ channels: [channel] })).rejects.toMatchObject({ code: "not-found" });
      await expect(samples.read({ from: 1.5 })).rejects.toMatchObject({ code: "options" });
      await expect(samples.read({ from: 5, to: 4 })).rejects.toMatchObject({ code: "options" });
      await expect(samples.read({ from: 5, start: 5n })).rejects.toMatchObject({ code: "options" });
    });
  });
});

describe("spikes and stims", () => {
  test("come with waveforms only when they are asked for", async () => {
    await withRecording(tutorialFile, async ({ spikes, clock }) => {
      const table = await spikes.table();
      expect(table.schema.fields.map(({ name }) => name)).toEqual(["time", "tick", "channel"]);
      expect(column(table, "tick")).toEqual([10n, 10n, 12n, 400n, 999n]);
      expect(column(table, "time")).toEqual([10n, 10n, 12n, 400n, 999n].map((tick) => clock.origin + tick * 40_000n));
      expect(column(table, "channel")).toEqual([1, 3, 1, 7, 2]);
      const waveforms = await spikes.table({ columns: ["samples"], from: 12, to: 999 });
      expect(waveforms.schema.fields.map(({ name }) => name)).toEqual(["time", "samples"]);
      const values = waveforms.getChild("samples")!.data[0]!.children[0]!.values;
      expect(Array.from(values).slice(0, 150)).toEqual(
        Array.from({ length: 150 }, (_, k) => ((k % 75) + (2 + Math.floor(k / 75)) * 100) * 0.5),
      );
    });
  });

  test("come by channel and range", async () => {
    await withRecording(tutorialFile, async ({ spikes, stims, clock }) => {
      expect(column(await spikes.table({ channels: [1, 2] }), "tick")).toEqual([10n, 12n, 999n]);
      expect(column(await spikes.table({ channels: [1], columns: ["tick"] }), "tick")).toEqual([10n, 12n]);
      expect(column(await spikes.table({ from: 10n, to: 12n }), "channel")).toEqual([1, 3]);
      expect(column(await spikes.table({ start: clock.origin + 400_001n }), "tick")).toEqual([12n, 400n, 999n]);
      expect((await spikes.table({ from: 12, to: 12 })).numRows).toBe(0);
      expect(column(await stims.table(), "channel")).toEqual([4, 4]);
    });
  });

  test("are put in order of time, rows of one tick in the file's order", async () => {
    await withRecording("unsorted.h5", async ({ spikes, stims }) => {
      expect(column(await stims.table(), "tick")).toEqual([10n, 20n, 20n, 30n]);
      expect(column(await stims.table(), "channel")).toEqual([4, 2, 3, 1]);
      const rows = Array.from({ length: 300 }, (_, row) => ({ row, tick: ((row * 7919) % 150) * 400 })).sort(
        (a, b) => a.tick - b.tick || a.row - b.row,
      );
      const table = await spikes.table({ columns: ["tick", "channel", "samples"] });
      expect(column(table, "tick")).toEqual(rows.map(({ tick }) => BigInt(tick)));
      expect(column(table, "channel")).toEqual(rows.map(({ row }) => row % 8));
      const first = table.getChild("samples")!.data[0]!.children[0]!.values as Float32Array;
      expect(rows.map((_, index) => first[index * 75]! / 50)).toEqual(rows.map(({ row }) => row));
      const some = rows.filter(({ tick }) => tick >= 8000 && tick < 12_000);
      expect(column(await spikes.table({ from: 8000, to: 12_000 }), "tick")).toEqual(some.map(({ tick }) => BigInt(tick)));
    });
  });

  test("hand out what comes before a damaged chunk, and do not go round it", async () => {
    await withRecording("damaged_chunk.h5", async ({ spikes }) => {
      let rows = 0;
      const reading = async (from: number) => {
        for await (const batch of spikes.batches({ from, columns: ["tick"] })) rows += batch.numRows;
      };
      await expect(reading(0)).rejects.toMatchObject({ code: "format" });
      // Whole blocks of those before chunk 5, which begins at row 40 960.
      expect(rows).toBe(32_768);
      expect((await spikes.table({ from: 0, to: 30 })).numRows).toBe(10);
      await expect(reading(50_000 * 3)).rejects.toMatchObject({ code: "format" });
    });
  });

  test("know their first and last tick, in order or not", async () => {
    await withRecording("unsorted.h5", async ({ spikes, stims }) => {
      expect(await stims.ends()).toEqual({ first: 10n, last: 30n });
      expect(await spikes.ends()).toEqual({ first: 0n, last: 59_600n });
      await spikes.table();
      expect(await spikes.ends()).toEqual({ first: 0n, last: 59_600n });
    });
    await withRecording("mock.h5", async ({ stims }) => {
      expect(await stims.ends()).toBe(undefined);
    });
  });

  test("stop reading where the signal aborts", async () => {
    await withRecording(tutorialFile, async ({ spikes, samples, dataStreams }) => {
      const signal = AbortSignal.abort(new Error("enough"));
      await expect(spikes.table({ signal })).rejects.toThrow("enough");
      await expect(samples.read({ signal })).rejects.toThrow("enough");
      await expect(dataStreams.get("example_data_stream").entries({ signal }).toArray()).rejects.toThrow("enough");
    });
  });
});
