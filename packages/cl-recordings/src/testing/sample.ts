import { formatNanos, type Instant, type Span, toNanos, toSpan } from "@sonde/core";
import { type ByteSink, memorySink } from "@sonde/hdf5/write";
import { createRecordingFile, type RecordingFile, WAVEFORM_FRAMES } from "../write/recording-file.js";
import { type Random, random } from "./random.js";

export interface SampleRecordingOptions {
  /** How much of it: "2s" without; 3.2 MB a second. */
  readonly duration?: Span | undefined;
  readonly seed?: number | undefined;
  readonly created?: Instant | undefined;
}

const framesPerSecond = 25_000;
const channelCount = 64;
const microvoltsPerUnit = 0.195;
/** Ground and reference electrodes of the 8 × 8 array pick up nothing. */
const silent = new Set([0, 4, 7, 56, 63]);
/** Frames written at a time: 100 ms. */
const blockFrames = 2500;
/** Frames of a waveform before its spike's own. */
const before = 25;

/**
 * Writes a recording as a Cortical Labs device would: noise on 64 channels at 25 kHz, spikes that respond to stimulation, the
 * position of a game's ball 60 times a second, and the entries of the data streams' tutorial. The same options give the same bytes.
 */
export async function writeSampleRecording(sink: ByteSink, options: SampleRecordingOptions = {}): Promise<void> {
  const noise = random(options.seed ?? 1);
  const frames = Number((toSpan(options.duration ?? "2s") * BigInt(framesPerSecond)) / 1_000_000_000n);
  const created = toNanos(options.created ?? "2024-12-19T05:20:34.893Z");
  const file = createRecordingFile({
    sink,
    created: python(created),
    framesPerSecond,
    channelCount,
    microvoltsPerUnit,
    startTimestamp: 596_386_509n,
    application: { experiment: "pong", subject: "sample µV", parameters: { paddle: 12, training: true } },
    hostname: "cl1-sample",
    projectId: "sonde",
    cellBatchId: "sample",
  });
  const ball = file.dataStream("ball", { unit: "px", size: [640, 480] });
  const stims = stimulation(frames);
  writeTutorial(file, frames);
  await file.appendStims(stims);
  for (let start = 0; start < frames; start += blockFrames) {
    const end = Math.min(frames, start + blockFrames);
    await writeBlock(file, start, end, stims.ticks, noise);
    writeBall(ball.append, start, end);
    await file.flush();
  }
  await file.finish({ durationFrames: BigInt(frames), ...python(created + (BigInt(frames) * 1_000_000_000n) / BigInt(framesPerSecond)) });
}

/** The whole sample in memory: for tests. */
export async function sampleRecording(options: SampleRecordingOptions = {}): Promise<Uint8Array> {
  const sink = memorySink();
  await writeSampleRecording(sink, options);
  return sink.bytes();
}

/** As Python prints a time: microseconds and the offset of UTC. */
function python(time: bigint): { local: string; utc: string } {
  const utc = formatNanos(time, { digits: 6 }).replace("Z", "+00:00");
  return { local: utc, utc };
}

/** Every half second a burst of three pulses, 10 ms apart, on four electrodes. */
function stimulation(frames: number): { ticks: BigInt64Array; channels: Uint8Array } {
  const rows: [tick: number, channel: number][] = [];
  for (let burst = 6250; burst < frames; burst += 12_500) {
    for (let pulse = 0; pulse < 3; pulse++) for (const channel of [9, 18, 27, 36]) rows.push([burst + 250 * pulse, channel]);
  }
  const inside = rows.filter(([tick]) => tick < frames);
  return { ticks: BigInt64Array.from(inside, ([tick]) => BigInt(tick)), channels: Uint8Array.from(inside, ([, channel]) => channel) };
}

/** One block of frames with its spikes: about 8 a second on a channel, twice as many within 20 ms of a pulse. */
async function writeBlock(file: RecordingFile, start: number, end: number, pulses: BigInt64Array, noise: Random): Promise<void> {
  const samples = new Int16Array((end - start) * channelCount);
  for (let index = 0; index < samples.length; index++) {
    if (!silent.has(index % channelCount)) samples[index] = Math.round(noise.normal() * 20);
  }
  const spikes: [tick: number, channel: number, waveform: Float32Array][] = [];
  for (let tick = start; tick < end; tick += 25) {
    const driven = pulses.some((pulse) => tick >= Number(pulse) && tick < Number(pulse) + 500);
    // 59 electrodes, 1000 steps a second.
    if (noise.uniform() > (driven ? 1 : 0.472)) continue;
    const channel = noise.whole(channelCount);
    const at = tick + noise.whole(25);
    if (silent.has(channel) || at >= end) continue;
    const waveform = waveformOf(noise);
    spikes.push([at, channel, waveform]);
    for (let k = 0; k < WAVEFORM_FRAMES; k++) {
      const frame = at - before + k - start;
      const index = frame * channelCount + channel;
      if (frame >= 0 && frame < end - start) samples[index] = (samples[index] ?? 0) + Math.round((waveform[k] ?? 0) / microvoltsPerUnit);
    }
  }
  spikes.sort(([a], [b]) => a - b);
  const waveforms = new Float32Array(spikes.length * WAVEFORM_FRAMES);
  for (const [row, [, , waveform]] of spikes.entries()) waveforms.set(waveform, row * WAVEFORM_FRAMES);
  await file.appendSamples(samples);
  await file.appendSpikes({
    ticks: BigInt64Array.from(spikes, ([tick]) => BigInt(tick)),
    channels: Uint8Array.from(spikes, ([, channel]) => channel),
    samples: waveforms,
  });
}

/** A dip of 30 to 60 µV at its own frame and a slow recovery, as an action potential looks from outside the cell. */
function waveformOf(noise: Random): Float32Array {
  const depth = 30 + 30 * noise.uniform();
  return Float32Array.from({ length: WAVEFORM_FRAMES }, (_, k) => {
    const t = k - before;
    return -depth * Math.exp(-((t / 3) ** 2)) + 0.35 * depth * Math.exp(-(((t - 12) / 8) ** 2)) + noise.normal();
  });
}

/** A ball between the walls of 640 × 480 pixels, 60 times a second. */
function writeBall(append: (tick: bigint, value: unknown) => void, start: number, end: number): void {
  const step = framesPerSecond / 60;
  for (let k = Math.ceil(start / step); Math.round(k * step) < end; k++) {
    const [x, y] = [bounced(320 + 5.5 * k, 640), bounced(240 + 3.25 * k, 480)];
    append(BigInt(Math.round(k * step)), { x, y, hit: x === 0 });
  }
}

function bounced(position: number, size: number): number {
  const turn = position % (2 * size);
  return turn < size ? turn : 2 * size - turn;
}

/** The data stream of the tutorial: an object, a list, text, and an array of integers that no double holds. */
function writeTutorial(file: RecordingFile, frames: number): void {
  const stream = file.dataStream("example_data_stream", { score: 2, another_attribute: [0, 1, 2, 3], new_attribute: 9.9 });
  const values = [
    { arbitrary: "data" },
    ["of", "arbitrary", "size"],
    "and type.",
    BigUint64Array.of(2n ** 64n - 1n, 2n ** 64n - 2n, 2n ** 64n - 3n),
  ];
  for (const [index, value] of values.entries()) if (2664 + index < frames) stream.append(BigInt(2664 + index), value);
}
