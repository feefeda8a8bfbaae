import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { isSondeError } from "@sonde/core";
import { decode } from "@sonde/msgpack-numpy";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { openRecording } from "../../src/client.js";
import type { Recording } from "../../src/recording/recording.js";
import { createSession } from "../../src/session/session.js";
import { device, folder, pause, waveforms } from "./device.js";

async function entriesOf(recording: Recording, name: string): Promise<[bigint, unknown][]> {
  const found: [bigint, unknown][] = [];
  for await (const [tick, value] of recording.dataStreams.get(name).entries()) found.push([tick, value]);
  return found;
}
const ticksOf = async (recording: Recording, name: "spikes" | "stims") =>
  [...(await recording[name].table()).getChild("tick")!].map((tick) => BigInt(tick as bigint));
const thrown = (work: () => unknown): unknown => {
  try {
    work();
  } catch (error) {
    return error;
  }
  throw new Error("nothing was thrown");
};

describe("a data stream", () => {
  it("joins the recordings under way and those to come", async () => {
    const { session, clock } = device();
    const first = session.record();
    const stream = session.createDataStream("ball", { attributes: { score: 0 } });
    stream.append(5n, "a");
    clock.tick = 10n;
    const second = session.record({ suffix: "second" });
    stream.append(11n, "b");
    clock.tick = 20n;
    await Promise.all([first.stop(), second.stop()]);
    expect(await entriesOf(await first.open(), "ball")).toEqual([
      [5n, "a"],
      [11n, "b"],
    ]);
    expect(await entriesOf(await second.open(), "ball")).toEqual([[1n, "b"]]);
  });

  it("takes each tick once, ascending, and says which two clash", async () => {
    const { session } = device();
    const recording = session.record();
    const stream = session.createDataStream("ball");
    stream.append(4n, "a");
    for (const tick of [4n, 3n]) {
      const error = thrown(() => stream.append(tick, "lost"));
      expect(isSondeError(error, "options")).toBe(true);
      expect(String(error)).toContain("tick 4");
      expect(String(error)).toContain(`none at ${tick}`);
    }
    stream.append(5n, "b");
    await recording.stop();
    expect(await entriesOf(await recording.open(), "ball")).toEqual([
      [4n, "a"],
      [5n, "b"],
    ]);
  });

  it("keeps its last tick where a value can't be stored, and takes another at that tick", async () => {
    const { session } = device();
    const recording = session.record();
    const stream = session.createDataStream("ball");
    stream.append(1n, 0);
    for (const value of [undefined, () => {}, 2n ** 64n, { a: [undefined] }, Symbol("s")]) {
      expect(isSondeError(thrown(() => stream.append(2n, value)))).toBe(true);
      expect(stream.lastTick).toBe(1n);
    }
    stream.append(2n, "fits");
    await recording.stop();
    expect(await entriesOf(await recording.open(), "ball")).toEqual([
      [1n, 0],
      [2n, "fits"],
    ]);
  });

  it("refuses ticks that are no bigint or beyond 64 bits", () => {
    const { session } = device();
    const stream = session.createDataStream("ball");
    expect(() => stream.append(3 as unknown as bigint, 0)).toThrow(/3n|bigint/);
    expect(() => stream.append(2n ** 63n, 0)).toThrow(/64 bits/);
    expect(stream.lastTick).toBeUndefined();
  });

  it("keeps any value of MessagePack and any typed array, to the last bit", async () => {
    const { session } = device();
    const recording = session.record();
    const stream = session.createDataStream("values");
    const values = [
      null,
      true,
      -0,
      2n ** 64n - 1n,
      -(2n ** 63n),
      1.5,
      "µ€𝄞",
      Uint8Array.of(0, 255),
      [1, [2]],
      { ["__proto__"]: 1, a: null },
      new Map<unknown, unknown>([
        [1, "one"],
        ["b", 2],
      ]),
      Float32Array.of(1.5, Number.NaN),
      BigUint64Array.of(2n ** 64n - 1n),
      BigInt64Array.of(-1n),
      Int16Array.of(-1),
      new Float64Array(0),
    ];
    for (const [index, value] of values.entries()) stream.append(BigInt(index), value);
    await recording.stop();
    const found = (await entriesOf(await recording.open(), "values")).map(([, value]) => value);
    expect(found.length).toBe(values.length);
    for (const [index, value] of values.entries()) {
      const got = found[index];
      if (ArrayBuffer.isView(value) && !(value instanceof Uint8Array)) expect((got as { data: unknown }).data).toEqual(value);
      else expect(got).toEqual(value);
    }
    expect(Object.is(found[2], -0)).toBe(true);
    expect(Object.hasOwn(found[9] as object, "__proto__")).toBe(true);
  });

  it("gives back whatever documents and ticks there are", async () => {
    let cases = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(fc.bigInt({ min: 0n, max: 2n ** 40n }), { maxLength: 20 }),
        fc.array(fc.jsonValue({ maxDepth: 3 }), { minLength: 20, maxLength: 20 }),
        async (ticks, values) => {
          cases++;
          const { session } = device();
          const recording = session.record({ include: { samples: false, spikes: false, stims: false } });
          const stream = session.createDataStream("any");
          const sorted = ticks.sort((a, b) => (a < b ? -1 : 1));
          for (const [index, tick] of sorted.entries()) stream.append(tick, values[index]);
          await recording.stop();
          const found = await entriesOf(await recording.open(), "any");
          expect(found.map(([tick]) => tick)).toEqual(sorted);
          for (const [index, [, value]] of found.entries()) expect(value).toEqual(values[index]);
        },
      ),
      { numRuns: 40 },
    );
    console.log(`${cases} streams of any documents recorded and read`);
  });

  it("merges attributes and keeps the last values, also where the recording stops by itself", async () => {
    const { session, clock } = device();
    const recording = session.record({ stopAfter: "1ms", attributes: { run: 1, kept: "µ" } });
    const stream = session.createDataStream("game", { attributes: { score: 0, another: [0, 1, 2, 3] } });
    stream.setAttribute("score", 1);
    stream.updateAttributes({ score: 2, more: 9.9 });
    recording.setAttribute("run", 2);
    clock.tick = 25n;
    await recording.finished;
    expect(recording.status).toBe("stopped");
    const opened = await recording.open();
    expect({ ...(opened.attributes.application as object) }).toEqual({ run: 2, kept: "µ" });
    expect({ ...(opened.dataStreams.get("game").attributes.application as object) }).toEqual({
      score: 2,
      another: [0, 1, 2, 3],
      more: 9.9,
    });
    expect(opened.frames).toBe(25n);
  });

  it("changes no attribute where one can't be stored", () => {
    const { session } = device();
    const stream = session.createDataStream("game", { attributes: { score: 0 } });
    for (const value of [undefined, new Date(), Float32Array.of(1), () => {}, "x".repeat(70_000)]) {
      expect(isSondeError(thrown(() => stream.updateAttributes({ score: 1, bad: value as never })))).toBe(true);
      expect(stream.attributes).toEqual({ score: 0 });
    }
  });

  it("does not change with the objects that it was given", async () => {
    const { session } = device();
    const recording = session.record();
    const parameters = { paddle: 12 };
    const value = { x: 1 };
    const stream = session.createDataStream("game", { attributes: { parameters } });
    stream.append(0n, value);
    parameters.paddle = 13;
    value.x = 2;
    await recording.stop();
    const opened = await recording.open();
    expect(await entriesOf(opened, "game")).toEqual([[0n, { x: 1 }]]);
    expect(JSON.stringify(opened.dataStreams.get("game").attributes.application)).toBe('{"parameters":{"paddle":12}}');
  });

  it("needs a name of its own that a group of HDF5 can have", () => {
    const { session } = device();
    session.createDataStream("ball");
    for (const name of ["ball", "", "a/b", ".", "nul\0", "_i_x", "_v_x", "é".repeat(33)])
      expect(
        isSondeError(
          thrown(() => session.createDataStream(name)),
          "options",
        ),
      ).toBe(true);
    session.createDataStream("é".repeat(32));
    session.createDataStream("__proto__");
  });
});

describe("a recording", () => {
  it("is called by local time, its offset and a suffix, in the directory", async () => {
    const { session, directory } = device({ now: () => 1_734_585_634_893_000_000n, zone: "Australia/Brisbane" });
    const recording = session.record();
    expect(recording.file.name).toBe("2024-12-19_15-20-34.893+10-00_recording.h5");
    expect(recording.file.path).toBe(join(directory, recording.file.name));
    const other = session.record({ suffix: "pong", directory: join(directory, "deep", "er") });
    expect(other.file.path).toBe(join(directory, "deep", "er", "2024-12-19_15-20-34.893+10-00_pong.h5"));
    expect(session.record({ fileName: "mine.h5" }).file.name).toBe("mine.h5");
    await session.close();
    const { attributes, range } = await recording.open();
    expect(attributes.created_localtime).toBe("2024-12-19T15:20:34.893000+10:00");
    expect(attributes.created_utc).toBe("2024-12-19T05:20:34.893000+00:00");
    expect(range.start).toBe(1_734_585_634_893_000_000n);
  });

  it("overwrites no file, and finds another name for the second of one millisecond", async () => {
    const { session, directory } = device({ now: () => 0n, zone: "UTC" });
    writeFileSync(join(directory, "mine.h5"), "precious");
    expect(
      isSondeError(
        thrown(() => session.record({ fileName: "mine.h5" })),
        "options",
      ),
    ).toBe(true);
    expect(readFileSync(join(directory, "mine.h5"), "utf8")).toBe("precious");
    const names = [session.record(), session.record()].map(({ file }) => file.name);
    expect(names).toEqual(["1970-01-01_00-00-00.000+00-00_recording.h5", "1970-01-01_00-00-00.000+00-00_recording-2.h5"]);
    for (const fileName of ["../up.h5", "a/b.h5", "", "c\\d.h5"]) expect(() => session.record({ fileName })).toThrow(/directory/);
    expect(() => session.record({ suffix: "../up" })).toThrow(/directory/);
  });

  it("makes no file for options that it refuses", () => {
    const { session, directory } = device();
    expect(() => session.record({ attributes: { bad: undefined as never } })).toThrow();
    expect(() => session.record({ stopAfter: 1 as never })).toThrow(/1s/);
    expect(readdirSync(directory)).toEqual([]);
  });

  it("takes what lies in it: not before its start, nothing at its end but stims", async () => {
    const { session, clock } = device();
    const stream = session.createDataStream("game");
    session.appendSamples({ tick: 0n, frames: Int16Array.from({ length: 400 }, (_, k) => k) });
    clock.tick = 150n;
    const recording = session.record({ stopAfter: "4ms" });
    expect(recording.startTimestamp).toBe(150n);
    const ticks = BigInt64Array.of(149n, 150n, 249n, 250n, 250n, 251n);
    session.appendSpikes({ ticks, channels: Uint8Array.of(0, 1, 2, 3, 4, 5), samples: waveforms(6) });
    session.appendStims({ ticks, channels: Uint8Array.of(0, 1, 2, 3, 4, 5) });
    for (const tick of [149n, 150n, 249n, 250n]) stream.append(tick, Number(tick));
    session.appendSamples({ tick: 100n, frames: Int16Array.from({ length: 800 }, (_, k) => 400 + k) });
    clock.tick = 250n;
    await recording.finished;
    const opened = await recording.open();
    expect(opened.frames).toBe(100n);
    expect(await ticksOf(opened, "spikes")).toEqual([0n, 99n]);
    expect(await ticksOf(opened, "stims")).toEqual([0n, 99n, 100n, 100n]);
    expect(await entriesOf(opened, "game")).toEqual([
      [0n, 150],
      [99n, 249],
    ]);
    expect(opened.samples.shape).toEqual([100, 4]);
    const spikes = await opened.spikes.table({ columns: ["channel", "samples"] });
    expect([...spikes.getChild("channel")!]).toEqual([1, 2]);
    expect(spikes.getChild("samples")!.get(0)!.toArray()[3]).toBeCloseTo(1.03);
    for await (const batch of opened.samples.batches()) expect(batch.getChildAt(2)!.get(0)).toBe(600);
    expect(opened.warnings).toEqual([]);
  });

  it("covers what was recorded ahead of the clock where it is stopped at once", async () => {
    const { session } = device();
    const stream = session.createDataStream("game");
    const recording = session.record();
    stream.append(3n, "ahead");
    await recording.stop();
    const opened = await recording.open();
    expect(opened.frames).toBe(4n);
    expect(await entriesOf(opened, "game")).toEqual([[3n, "ahead"]]);
  });

  it("keeps only what it is to include", async () => {
    const { session } = device();
    for (const name of ["a", "b", "c"]) session.createDataStream(name);
    const some = session.record({ include: { samples: false, spikes: false, dataStreams: ["a", "b", "d"] }, excludeDataStreams: ["b"] });
    const none = session.record({ include: { dataStreams: false, stims: false } });
    session.createDataStream("d").append(0n, 1);
    session.appendSamples({ tick: 0n, frames: new Int16Array(8) });
    session.appendStims({ ticks: BigInt64Array.of(1n), channels: Uint8Array.of(8) });
    await session.close();
    const [first, second] = [await some.open(), await none.open()];
    expect([...first.dataStreams.keys()]).toEqual(["a", "d"]);
    expect([first.samples.recorded, first.spikes.recorded, first.stims.recorded]).toEqual([false, false, true]);
    expect([...second.dataStreams.keys()]).toEqual([]);
    expect([second.samples.recorded, second.spikes.recorded, second.stims.recorded]).toEqual([true, true, false]);
  });

  it("writes zeros for frames that never came, and names them", async () => {
    const { session, clock } = device();
    const recording = session.record();
    session.appendSamples({ tick: 2n, frames: Int16Array.of(1, 1, 1, 1) });
    session.appendSamples({ tick: 5n, frames: Int16Array.of(2, 2, 2, 2) });
    expect(recording.gaps).toEqual([
      { start: 0n, end: 2n },
      { start: 3n, end: 5n },
    ]);
    clock.tick = 6n;
    await recording.stop();
    const opened = await recording.open();
    expect([...(opened.attributes.sample_gaps as BigInt64Array)].map(Number)).toEqual([0, 2, 3, 5]);
    for await (const batch of opened.samples.batches()) expect([...batch.getChildAt(2)!]).toEqual([0, 0, 1, 0, 0, 2]);
  });

  it("refuses samples that come twice, in parts of frames, or minutes after those before them, and takes nothing of them", async () => {
    const { session } = device();
    const recording = session.record();
    session.appendSamples({ tick: 0n, frames: new Int16Array(40) });
    expect(() => session.appendSamples({ tick: 9n, frames: new Int16Array(4) })).toThrow(/9.*10/);
    expect(() => session.appendSamples({ tick: 10n, frames: new Int16Array(3) })).toThrow(/whole frames/);
    expect(
      isSondeError(
        thrown(() => session.appendSamples({ tick: 10_000_000n, frames: new Int16Array(4) })),
        "limit",
      ),
    ).toBe(true);
    session.appendSamples({ tick: 10n, frames: new Int16Array(4) });
    await recording.stop();
    expect((await recording.open()).samples.shape).toEqual([11, 4]);
  });

  it("refuses blocks of events whose columns or order are wrong", () => {
    const { session } = device();
    const ticks = BigInt64Array.of(2n, 1n);
    expect(() => session.appendStims({ ticks, channels: Uint8Array.of(1, 2) })).toThrow(/row 1.*tick 1.*at 2/);
    expect(() => session.appendStims({ ticks, channels: Uint8Array.of(1) })).toThrow(/as many channels/);
    expect(() => session.appendSpikes({ ticks, channels: Uint8Array.of(1, 2), samples: waveforms(1) })).toThrow(/150 waveform/);
  });

  it("stops once, however often it is asked, and is opened only then", async () => {
    const { session } = device();
    const recording = session.record();
    await expect(recording.open()).rejects.toSatisfy((error) => isSondeError(error, "unsupported"));
    expect([recording.status, session.recordings.length]).toEqual(["started", 1]);
    await Promise.all([recording.stop(), recording.stop()]);
    await recording.stop();
    expect([recording.status, session.recordings.length]).toEqual(["stopped", 0]);
    expect(
      isSondeError(
        thrown(() => recording.setAttribute("late", 1)),
        "closed",
      ),
    ).toBe(true);
    expect((await recording.open()).status).toBe("finished");
  });

  it("stops by the wall clock where no other is given", async () => {
    const { session } = device({ clock: undefined });
    const before = performance.now();
    const recording = session.record({ stopAfter: "100ms" });
    await recording.finished;
    const took = performance.now() - before;
    expect(took).toBeGreaterThan(99);
    expect(took).toBeLessThan(2000);
    expect((await recording.open()).frames).toBe(2500n);
  });

  it("waits a little for blocks of before its end", async () => {
    const { session, clock } = device({ linger: "200ms" });
    const recording = session.record({ stopAfter: "1ms" });
    clock.tick = 30n;
    await pause(80);
    expect(recording.status).toBe("started");
    session.appendSamples({ tick: 0n, frames: new Int16Array(120) });
    await recording.finished;
    expect((await recording.open()).samples.shape).toEqual([25, 4]);
  });

  it("shows a reader what was flushed while it is written", async () => {
    const { session } = device();
    const recording = session.record();
    const stream = session.createDataStream("game", { attributes: { score: 1 } });
    stream.append(7n, "seen");
    await pause(150);
    await using opened = await openRecording(recording.file.path);
    expect(opened.status).toBe("unfinished");
    expect(await entriesOf(opened, "game")).toEqual([[7n, "seen"]]);
  });
});

describe("a session", () => {
  it("stops all recordings when it closes, and takes no more", async () => {
    const { session } = device();
    const stream = session.createDataStream("game");
    const recordings = [session.record(), session.record({ stopAfter: "1h" })];
    stream.append(1n, 1);
    await Promise.all([session.close(), session.close()]);
    for (const recording of recordings) expect(await entriesOf(await recording.open(), "game")).toEqual([[1n, 1]]);
    for (const work of [
      () => stream.append(2n, 2),
      () => stream.setAttribute("a", 1),
      () => session.record(),
      () => session.createDataStream("more"),
      () => session.appendStims({ ticks: BigInt64Array.of(1n), channels: Uint8Array.of(1) }),
    ])
      expect(isSondeError(thrown(work), "closed")).toBe(true);
  });

  it("is disposed of with its scope", async () => {
    const directory = folder();
    let path: string;
    {
      await using session = (await import("../../src/session/index.node.js")).createSession({ directory });
      path = session.record().file.path;
    }
    expect((await openRecording(path)).status).toBe("finished");
  });

  it("goes on where one recording's sink fails, and the next append says so once", async () => {
    const written = new Map<string, number>();
    const session = createSession({
      sink: (path) => ({
        write(_position, bytes) {
          written.set(path, (written.get(path) ?? 0) + bytes.length);
          if (path === "bad.h5" && bytes.length > 30_000) throw new Error("disk full");
        },
        close() {},
      }),
      channelCount: 4,
      clock: () => 0n,
    });
    const [bad, good] = [session.record({ fileName: "bad.h5" }), session.record({ fileName: "good.h5" })];
    const stream = session.createDataStream("game");
    stream.append(1n, new Uint8Array(100_000));
    expect(bad.status).toBe("stopped");
    await expect(bad.finished).rejects.toThrow("disk full");
    expect(() => stream.append(2n, 0)).toThrow("disk full");
    expect(stream.lastTick).toBe(1n);
    stream.append(2n, 0);
    expect(good.status).toBe("started");
    await session.close();
    await expect(good.finished).resolves.toBeUndefined();
    expect(written.get("good.h5")).toBeGreaterThan(100_000);
  });

  it("makes its callers wait for a slow sink, and holds little meanwhile", async () => {
    const sizes = { open: 0, most: 0 };
    const session = createSession({
      sink: () => ({
        async write(_position, bytes) {
          sizes.open += bytes.length;
          sizes.most = Math.max(sizes.most, sizes.open);
          await pause(1);
          sizes.open -= bytes.length;
        },
        close() {},
      }),
      history: 0n,
    });
    session.record({ fileName: "slow.h5" });
    let waits = 0;
    for (let block = 0; block < 50; block++) {
      const wait = session.appendSamples({ tick: BigInt(block * 500), frames: new Int16Array(500 * 64) });
      if (wait !== undefined) waits++;
      await wait;
    }
    await session.close();
    expect(waits).toBeGreaterThan(40);
    expect(sizes.most).toBeLessThanOrEqual(131_072);
  });

  it("says what a browser must give it", () => {
    expect(() => createSession({}).record()).toThrow(/sink/);
  });

  it("leaves no file open", async () => {
    const { session } = device();
    const count = () => readdirSync("/proc/self/fd").length;
    if (!existsSync("/proc/self/fd")) return;
    const before = count();
    const recordings = Array.from({ length: 10 }, () => session.record());
    expect(count()).toBeGreaterThanOrEqual(before + 10);
    await Promise.all(recordings.map((recording) => recording.stop()));
    expect(count()).toBeLessThan(before + 5);
  });

  it("stores bytes that MessagePack readers of others take", async () => {
    const { session } = device();
    const recording = session.record();
    session.createDataStream("raw").append(0n, { arbitrary: "data" });
    await recording.stop();
    const opened = await recording.open();
    for await (const { bytes } of opened.dataStreams.get("raw").entries()) {
      expect([...bytes]).toEqual([129, 169, 97, 114, 98, 105, 116, 114, 97, 114, 121, 164, 100, 97, 116, 97]);
      expect(decode(bytes)).toEqual({ arbitrary: "data" });
    }
  });
});
