import { copyFileSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { isSondeError } from "@sonde/core";
import { describe, expect, it, onTestFinished } from "vitest";
import { clRecordings } from "../../src/index.js";
import { followRecording, type RecordingChange } from "../../src/live/follow-recording.js";
import { device, pause } from "../session/device.js";
import { growingRecording } from "./growing.js";

async function growing() {
  const made = await growingRecording();
  onTestFinished(() => made.remove());
  return made;
}
async function collect(path: string, signal?: AbortSignal, changes: RecordingChange[] = []): Promise<RecordingChange[]> {
  for await (const change of followRecording(path, { interval: "20ms", signal })) changes.push(change);
  return changes;
}
const rejection = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => new Error("it resolved"),
    (error: unknown) => error,
  );

describe("followRecording", () => {
  it("tells all that comes, once, and ends with the recording", async () => {
    const { path, session, stream, recording, emit } = await growing();
    const seen: RecordingChange[] = [];
    const following = collect(path, undefined, seen);
    while (seen.length === 0) await pause(10);
    for (let step = 0; step < 5; step++) {
      await pause(60);
      emit();
      stream.setAttribute("score", step + 1);
    }
    session.createDataStream("late", { attributes: { from: 1 } }).append(20n, "new");
    recording.setAttribute("result", "won");
    await recording.stop();
    const changes = await following;
    const entries = changes.flatMap((change) => (change.kind === "entry" && change.stream === "ball" ? [change.entry] : []));
    expect(entries.map(({ tick }) => tick)).toEqual(Array.from({ length: 21 }, (_, k) => BigInt(k)));
    expect(entries[20]?.value).toEqual({ x: 20, y: 0.5 });
    expect(changes.filter((change) => change.kind === "entry" && change.stream === "late").length).toBe(1);
    for (const kind of ["spikes", "stims"] as const) {
      const rows = changes.flatMap((change) => (change.kind === kind ? [change.rows] : []));
      expect(rows.reduce((total, batch) => total + batch.numRows, 0)).toBe(21);
      expect(rows.flatMap((batch) => [...batch.getChild("tick")!]).slice(0, 4)).toEqual([0n, 0n, 2n, 3n]);
    }
    const samples = changes.flatMap((change) => (change.kind === "samples" ? [change] : []));
    expect([samples[0]?.from, samples.at(-1)?.to]).toEqual([0n, 21n]);
    for (const [index, { from }] of samples.entries()) if (index > 0) expect(from).toBe(samples[index - 1]?.to);
    const scores = changes.flatMap((change) =>
      change.kind === "attributes" && change.stream === "ball" ? [change.attributes.application] : [],
    );
    expect(scores.length).toBeGreaterThan(1);
    expect(scores[0]).toMatchObject({ score: 0 });
    expect(scores.at(-1)).toMatchObject({ score: 5 });
    const root = changes.filter((change) => change.kind === "attributes" && change.stream === undefined).at(-1);
    expect(root?.kind === "attributes" && root.attributes).toMatchObject({ application: { result: "won" }, duration_frames: 21 });
  });

  it("loses nothing however the writer hurries and the reader dawdles", { timeout: 60_000 }, async () => {
    const { session } = device({ flushInterval: "5ms" });
    const recording = session.record({ fileName: "hurried.h5" });
    const stream = session.createDataStream("n");
    await pause(30);
    const following = (async () => {
      const ticks: bigint[] = [];
      for await (const change of followRecording(recording.file.path, { interval: "1ms" })) {
        if (change.kind !== "entry") continue;
        ticks.push(change.entry.tick);
        if (ticks.length % 500 === 0) await pause(20);
      }
      return ticks;
    })();
    let tick = 0n;
    for (let burst = 0; burst < 80; burst++) {
      for (let k = 0; k < 50; k++) stream.append(tick++, "x".repeat(burst));
      stream.setAttribute("burst", "y".repeat(burst * 20));
      await pause(Math.random() * 12);
    }
    await recording.stop();
    expect(await following).toEqual(Array.from({ length: 4000 }, (_, k) => BigInt(k)));
  });

  it("stops within 50 ms of an abort", { retry: 2 }, async () => {
    const { path } = await growing();
    const controller = new AbortController();
    const following = rejection(collect(path, controller.signal));
    await pause(200);
    const reason = new Error("the user left");
    const before = performance.now();
    controller.abort(reason);
    expect(await following).toBe(reason);
    expect(performance.now() - before).toBeLessThan(50);
  });

  it("goes on where the file was replaced by more of the same recording", async () => {
    const { path, recording, emit } = await growing();
    const copy = `${path}.copy`;
    copyFileSync(path, copy);
    const seen: bigint[] = [];
    const following = (async () => {
      for await (const change of followRecording(copy, { interval: "20ms" })) if (change.kind === "entry") seen.push(change.entry.tick);
    })();
    await pause(150);
    emit();
    await recording.stop();
    copyFileSync(path, `${copy}.new`);
    renameSync(`${copy}.new`, copy);
    await following;
    expect(seen).toEqual(Array.from({ length: 9 }, (_, k) => BigInt(k)));
  });

  it("rejects closed where another recording took its place", async () => {
    const { path } = await growing();
    const { session, clock } = device({ now: () => 5n });
    clock.tick = 100n;
    const other = session.record();
    await other.stop();
    const copy = `${path}.copy`;
    copyFileSync(path, copy);
    const following = rejection(collect(copy));
    await pause(150);
    copyFileSync(other.file.path, copy);
    expect(isSondeError(await following, "closed")).toBe(true);
  });

  it("rejects not-found where the file is gone", async () => {
    const { path } = await growing();
    const copy = `${path}.copy`;
    copyFileSync(path, copy);
    const following = rejection(collect(copy));
    await pause(150);
    rmSync(copy);
    expect(isSondeError(await following, "not-found")).toBe(true);
    expect(isSondeError(await rejection(collect(`${path}.none`)), "not-found")).toBe(true);
  });

  it("reads again what it caught half written, and gives up what stays damaged", async () => {
    const { path, recording } = await growing();
    const copy = `${path}.copy`;
    copyFileSync(path, copy);
    const following = collect(copy);
    await pause(150);
    await recording.stop();
    const whole = readFileSync(path);
    writeFileSync(copy, whole.subarray(0, 900));
    await pause(30);
    writeFileSync(copy, whole);
    expect((await following).filter(({ kind }) => kind === "entry").length).toBe(6);

    copyFileSync(path, copy);
    writeFileSync(copy, whole.subarray(0, 900));
    expect(isSondeError(await rejection(collect(copy)), "format")).toBe(true);
  });
});

describe("the driver of a growing file", () => {
  it("follows after what it reads, with nothing lost between and nothing twice", async () => {
    const { path, recording, emit } = await growing();
    await using source = await clRecordings.open({ path });
    emit();
    const stream = await source.stream("data_stream/ball");
    const read = await stream.table();
    const following = (async () => {
      const ticks: bigint[] = [];
      for await (const row of stream.follow().rows()) ticks.push(row.tick as bigint);
      return ticks;
    })();
    await pause(50);
    emit();
    await recording.stop();
    const stored = [...read.getChild("tick")!];
    expect([...stored, ...(await following)]).toEqual(Array.from({ length: 12 }, (_, k) => BigInt(k)));
  });

  it("brings late spikes, and leaves out those before `from`", async () => {
    const { path, session, recording } = await growing();
    await using source = await clRecordings.open({ path });
    const stream = await source.stream("spikes");
    const take = async (from?: string | bigint) => {
      const ticks: unknown[] = [];
      for await (const row of stream.follow({ from, columns: ["tick"] }).rows()) ticks.push(row.tick);
      return ticks;
    };
    const origin = 1_734_585_634_893_000_000n;
    const [all, some] = [take(), take(origin + 3n * 40_000n)];
    const one = (tick: bigint) =>
      session.appendSpikes({ ticks: BigInt64Array.of(tick), channels: Uint8Array.of(1), samples: new Float32Array(75) });
    await pause(50);
    one(9n);
    one(1n);
    one(7n);
    await recording.stop();
    expect([...(await all)].sort()).toEqual([1n, 7n, 9n]);
    expect(await some).toEqual([3n, 3n, 5n, 7n, 9n]);
  });

  it("keeps entries of another shape, which the stream did not have when it was opened", async () => {
    const { path, stream, recording } = await growing();
    await using source = await clRecordings.open({ path });
    const followed = await source.stream("data_stream/ball");
    const { schema } = await followed.describe();
    expect(schema.fields.map(({ name }) => name)).toEqual(["time", "tick", "x", "y", "entry"]);
    stream.append(100n, ["something", "else"]);
    stream.append(101n, { x: 1, y: 2.5 });
    await recording.stop();
    const rows = await followed.follow().rows().toArray();
    expect(rows.map(({ x, entry }) => [x, entry])).toEqual([
      [null, ["something", "else"]],
      [1n, null],
    ]);
  });

  it("has nothing to follow in a finished recording", async () => {
    const { path, recording } = await growing();
    await recording.stop();
    await using source = await clRecordings.open({ path });
    for await (const stream of source.streams()) expect(stream.supports("live")).toBe(false);
  });

  it("follows the unfinished recordings of a folder", async () => {
    const { path, recording, emit } = await growing();
    await using source = await clRecordings.open({ path: dirname(path) });
    const stream = await source.stream("growing.h5/stims");
    const stored = (await stream.table()).numRows;
    const following = stream
      .follow({ columns: ["tick"] })
      .rows()
      .toArray();
    await pause(50);
    emit();
    await recording.stop();
    expect(stored + (await following).length).toBe(9);
  });
});
