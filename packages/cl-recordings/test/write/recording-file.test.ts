import { isSondeError } from "@sonde/core";
import { memorySink } from "@sonde/hdf5/write";
import { describe, expect, it } from "vitest";
import { openRecording } from "../../src/client.js";
import { createRecordingFile, MOST_GAPS, type RecordingFileOptions } from "../../src/write/recording-file.js";
import { checkedStreamName } from "../../src/write/stream-name.js";

const created = { local: "2024-12-19T15:20:34.893000+10:00", utc: "2024-12-19T05:20:34.893000+00:00" };
function file(options: Partial<RecordingFileOptions> = {}) {
  const sink = memorySink();
  const made = createRecordingFile({
    sink,
    created,
    framesPerSecond: 25_000,
    channelCount: 2,
    microvoltsPerUnit: 0.195,
    startTimestamp: 7n,
    ...options,
  });
  return { ...made, bytes: () => sink.bytes() };
}

describe("createRecordingFile", () => {
  it("leaves an unfinished recording that opens after every flush", async () => {
    const made = file();
    for (let step = 1; step <= 5; step++) {
      await made.appendSamples(Int16Array.of(step, step));
      await made.appendStims({ ticks: BigInt64Array.of(BigInt(step)), channels: Uint8Array.of(step) });
      if (step === 3) made.dataStream("late", { from: step }).append(3n, "late");
      await made.flush();
      await using recording = await openRecording(made.bytes());
      expect([recording.status, recording.samples.shape[0], recording.stims.size]).toEqual(["unfinished", step, step]);
      expect([...recording.dataStreams.keys()]).toEqual(step < 3 ? [] : ["late"]);
    }
  });

  it("says its end and duration once it is finished", async () => {
    const made = file();
    await made.finish({ durationFrames: 12_500n, local: created.local, utc: created.utc });
    await using recording = await openRecording(made.bytes());
    const { start_timestamp, end_timestamp, duration_frames, duration_seconds } = recording.attributes;
    expect([start_timestamp, end_timestamp, duration_frames, duration_seconds]).toEqual([7, 12_507, 12_500, 0.5]);
    expect(recording.status).toBe("finished");
  });

  it("refuses what it was made without, and columns of unequal length", () => {
    const made = file({ include: { samples: false, spikes: false, stims: false, dataStreams: false } });
    const stims = { ticks: BigInt64Array.of(1n), channels: Uint8Array.of(1) };
    for (const work of [
      () => made.appendSamples(new Int16Array(2)),
      () => made.appendSpikes({ ...stims, samples: new Float32Array(75) }),
      () => made.appendStims(stims),
      () => made.dataStream("a"),
    ])
      expect(work).toThrow(/keeps no/);
    const whole = file();
    expect(() => whole.appendSamples(new Int16Array(3))).toThrow(/whole frames/);
    expect(() => whole.appendSpikes({ ...stims, samples: new Float32Array(74) })).toThrow(/75 waveform/);
    expect(() => whole.appendStims({ ...stims, channels: new Uint8Array(2) })).toThrow(/channels/);
  });

  it("keeps as many gaps as fit", async () => {
    const made = file();
    made.setGaps(Array.from({ length: MOST_GAPS + 10 }, (_, k) => ({ start: BigInt(2 * k), end: BigInt(2 * k + 1) })));
    await made.flush();
    await using recording = await openRecording(made.bytes());
    expect((recording.attributes.sample_gaps as BigInt64Array).length).toBe(2 * MOST_GAPS);
  });
});

describe("checkedStreamName", () => {
  it("takes what a group can be called, and nothing that PyTables reserves", () => {
    for (const name of ["ball", "a b", "é", "..", "_x", "__proto__"]) expect(checkedStreamName(name)).toBe(name);
    for (const name of ["", ".", "a/b", "a\0", "_i_a", "_p_a", "_v_a", "é".repeat(33)]) {
      let error: unknown;
      try {
        checkedStreamName(name);
      } catch (caught) {
        error = caught;
      }
      expect(isSondeError(error, "options")).toBe(true);
    }
  });
});
