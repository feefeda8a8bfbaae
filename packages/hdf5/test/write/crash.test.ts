import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { array, attribute, compound, float, int, uint } from "../../src/write/index.js";
import { ModelFile } from "./model-file.js";
import { readAll } from "./reading.js";
import { Disk, type RecordedSink, type RecordedWrite, recordedSink } from "./recorded-sink.js";

const spike = compound([
  { name: "timestamp", type: int(8) },
  { name: "channel", type: uint(1) },
  { name: "samples", type: array(float(4), [75]) },
]);

type Moment = { readonly writes: number; readonly mark: ReturnType<ModelFile["mark"]> };
type Session = { readonly model: ModelFile; readonly sink: RecordedSink; readonly moments: readonly Moment[] };

/** A recording in small: streams that come late, attributes of every size replaced, chunks that fill over many flushes. */
async function recording(): Promise<Session> {
  const sink = recordedSink();
  const model = new ModelFile(sink);
  const moments: Moment[] = [];
  const flush = async () => {
    const mark = model.mark();
    await model.file.flush();
    moments.push({ writes: sink.writes.length, mark });
  };
  let seed = 1;
  const random = (length: number) => Uint8Array.from({ length }, () => (seed = (seed * 48271) % 0x7fffffff) & 0xff);
  model.dataset("/samples", { type: int(2), shape: [0, 16], maxShape: [null, 16], chunks: [32, 16] });
  model.dataset("/spikes", { type: spike, shape: [0], maxShape: [null], chunks: [5] });
  model.set("/", "application", attribute.ascii(random(40).map((byte) => 32 + (byte % 90))));
  model.set("/", "ended_utc", attribute.text(""));
  model.set("/spikes", "NROWS", attribute.int64(0n));
  await flush();
  let spikes = 0;
  for (let step = 1; step <= 24; step++) {
    model.append("/samples", random(32 * (7 + ((step * 13) % 90))));
    const count = step % 4;
    model.append("/spikes", random(spike.size * count));
    model.set("/spikes", "NROWS", attribute.int64(BigInt((spikes += count))));
    if (step % 5 === 2) {
      const path = `/data_stream/stream ${step}`;
      model.group(path);
      model.dataset(`${path}/data`, { type: uint(1), shape: [0], maxShape: [null], chunks: [64] });
      model.set(path, "name", attribute.text(`stream ${step}`));
      model.append(`${path}/data`, random(100));
    }
    if (step > 7) model.append("/data_stream/stream 7/data", random(step * 3));
    if (step % 3 === 0) model.set("/", "application", attribute.ascii(random(step * 60).map((byte) => 32 + (byte % 90))));
    if (step === 20) for (let extra = 0; extra < 12; extra++) model.group(`/late ${extra}`);
    await flush();
  }
  model.set("/", "ended_utc", attribute.text("2026-11-22T06:27:02.813015+00:00"));
  const mark = model.mark();
  await model.file.close();
  moments.push({ writes: sink.writes.length, mark });
  return { model, sink, moments };
}

/** One tall dataset: 4,300 chunks, so that the index grows to three levels. */
async function tall(): Promise<Session> {
  const sink = recordedSink();
  const model = new ModelFile(sink);
  const moments: Moment[] = [];
  model.dataset("/tall", { type: int(4), shape: [0], maxShape: [null], chunks: [2] });
  for (let row = 0; row < 8_600; row++) {
    model.append("/tall", new Uint8Array(Int32Array.of(row).buffer));
    const nearGrowth = Math.abs((row % 128) - 64) > 60 && (row < 400 || Math.abs(row - 8192) < 200);
    if (row % 600 !== 0 && !nearGrowth) continue;
    const mark = model.mark();
    await model.file.flush();
    moments.push({ writes: sink.writes.length, mark });
  }
  return { model, sink, moments };
}

const flushedBy = (moments: readonly Moment[], writes: number): Moment | undefined =>
  moments.filter((moment) => moment.writes <= writes).at(-1);

function diskOf(sink: RecordedSink): Disk {
  const disk = new Disk();
  for (const { position, bytes } of sink.writes) disk.write(position, bytes);
  return disk;
}

/** Where a disk that writes whole sectors can stop within a write: each place as a number of its bytes. */
function tears({ position, bytes }: RecordedWrite): number[] {
  const places: number[] = [];
  for (let at = Math.floor(position / 512) * 512 + 512; at < position + bytes.length; at += 512) places.push(at - position);
  return places;
}

describe("a writer that is killed", () => {
  it("leaves everything flushed, after every single write of a recording", async () => {
    const { model, sink, moments } = await recording();
    const disk = new Disk();
    let cuts = 0;
    for (const [index, write] of sink.writes.entries()) {
      disk.write(write.position, write.bytes);
      const flushed = flushedBy(moments, index + 1);
      if (flushed === undefined) continue;
      model.expectAtLeast(await readAll(disk.bytes()), flushed.mark);
      cuts++;
    }
    model.expectEqual(await readAll(disk.bytes()));
    console.log(`${cuts} cuts of ${sink.writes.length} writes in ${moments.length} flushes`);
    expect(cuts).toBeGreaterThan(300);
  }, 120_000);

  it("leaves everything flushed, where a write is torn at a sector", async () => {
    const { model, sink, moments } = await recording();
    const disk = new Disk();
    let torn = 0;
    for (const [index, write] of sink.writes.entries()) {
      const flushed = flushedBy(moments, index);
      const places = tears(write);
      for (const place of flushed === undefined ? [] : [...places.slice(0, 2), ...places.slice(-1)]) {
        const half = disk.copy();
        half.write(write.position, write.bytes.subarray(0, place));
        model.expectAtLeast(await readAll(half.bytes()), flushed!.mark);
        torn++;
      }
      disk.write(write.position, write.bytes);
    }
    console.log(`${torn} torn writes`);
    expect(torn).toBeGreaterThan(50);
  }, 120_000);

  it("leaves everything flushed while the chunk index grows by levels", async () => {
    const { model, sink, moments } = await tall();
    const disk = new Disk();
    let cuts = 0;
    let previous = 0;
    for (const [index, write] of sink.writes.entries()) {
      disk.write(write.position, write.bytes);
      const flushed = flushedBy(moments, index + 1);
      if (flushed === undefined) continue;
      // Every write between two flushes close together, and some of the others.
      const next = moments.find((moment) => moment.writes > index)?.writes ?? 0;
      previous = flushed.writes;
      if (next - previous > 20 && index % 97 !== 0 && index < next - 12) continue;
      model.expectAtLeast(await readAll(disk.bytes()), flushed.mark);
      cuts++;
    }
    model.expectAtLeast(await readAll(disk.bytes()), moments.at(-1)!.mark);
    console.log(`${cuts} cuts of ${sink.writes.length} writes in ${moments.length} flushes`);
    expect(cuts).toBeGreaterThan(500);
  }, 120_000);
});

describe("a write over what readers see", () => {
  it("lies within one sector, wherever its object lies", async () => {
    const sink = recordedSink();
    const model = new ModelFile(sink);
    const paths = Array.from({ length: 200 }, (_, index) => `/group ${index}`);
    for (const [index, path] of paths.entries()) {
      // Headers and attributes of every size, so that they come to lie everywhere.
      model.dataset(`${path}/rows`, { type: uint(1), shape: [0], chunks: [1 + (index % 50)] });
      model.set(path, "long", attribute.ascii(new Uint8Array(8 + index).fill(65)));
      model.set(path, "größe", attribute.int64(index));
      model.set(path, "µ".repeat(1 + (index % 7)), attribute.float64(index));
    }
    await model.file.flush();
    let overwrites = 0;
    for (let round = 1; round <= 4; round++) {
      for (const [index, path] of paths.entries()) {
        model.append(`${path}/rows`, new Uint8Array(round * 40));
        if (round === 2) model.group(`${path}/late`);
        if (round === 3) model.set(path, "long", attribute.ascii(new Uint8Array(8 + index).fill(66)));
        model.set(path, "größe", attribute.int64(index + round));
      }
      const from = sink.writes.length;
      await model.file.flush();
      // New bytes are written before the first flush of the sink, then only what shows them.
      const data = sink.writes[from]!.era;
      for (const { position, bytes } of sink.writes.slice(from).filter(({ era }) => era > data)) {
        expect(Math.floor(position / 512)).toBe(Math.floor((position + bytes.length - 1) / 512));
        overwrites++;
      }
    }
    console.log(`${overwrites} writes over what readers see`);
    expect(overwrites).toBeGreaterThan(1_500);
    model.expectEqual(await readAll(diskOf(sink).bytes()));
  });
});

describe("a loss of power", () => {
  it("leaves everything flushed, whichever writes between two flushes of the sink reached the disk", async () => {
    const sessions = [await recording(), await tall()];
    let cases = 0;
    await fc.assert(
      fc.asyncProperty(fc.nat(1), fc.nat(), fc.infiniteStream(fc.boolean()), async (which, choice, reached) => {
        const { model, sink, moments } = sessions[which]!;
        const eras = sink.writes.at(-1)!.era;
        const first = sink.writes[moments[0]!.writes]!.era;
        const era = first + (choice % (eras - first + 1));
        const disk = new Disk();
        let flushed = moments[0]!;
        for (const [index, write] of sink.writes.entries()) {
          if (write.era > era) break;
          if (write.era < era) flushed = flushedBy(moments, index + 1) ?? flushed;
          if (write.era < era || reached.next().value) disk.write(write.position, write.bytes);
        }
        model.expectAtLeast(await readAll(disk.bytes()), flushed.mark);
        cases++;
      }),
      { numRuns: 400 },
    );
    console.log(`${cases} losses of power`);
  }, 120_000);
});
