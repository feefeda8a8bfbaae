import type { SpikeTrain } from "../../src/analysis/index.js";

/** Spikes by channel, in frames, as a train. */
export function trainOfFrames(
  byChannel: { readonly [channel: number]: readonly number[] },
  options: Partial<Omit<SpikeTrain, "ticks" | "channels">> = {},
): SpikeTrain {
  const spikes = Object.entries(byChannel).flatMap(([channel, frames]) => frames.map((frame) => [frame, Number(channel)] as const));
  spikes.sort((a, b) => a[0] - b[0]);
  return {
    ticks: BigInt64Array.from(spikes, ([frame]) => BigInt(frame)),
    channels: Uint8Array.from(spikes, ([, channel]) => channel),
    durationFrames: 50_000n,
    framesPerSecond: 25_000,
    channelCount: 64,
    ...options,
  };
}

/** Numbers in [0, 1) that are the same in every run (mulberry32). */
export function randomNumbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const quiet = new Set([0, 7, 56, 63, 4]);

/**
 * A culture that bursts: every channel at a rate of its own up to `maxHz`, one in eight silent, some spikes doubled in their frame, and now
 * and then all of them together. Ground channels are silent.
 */
export function culture(
  seed: number,
  options: { readonly frames: number; readonly maxHz: number; readonly bursts: number; readonly grid?: number },
): SpikeTrain {
  const random = randomNumbers(seed);
  const { frames, maxHz, bursts, grid = 1 } = options;
  const on = (frame: number) => Math.min(frames - 1, Math.floor(frame / grid) * grid);
  const starts = Array.from({ length: bursts }, () => random() * frames);
  const byChannel: { [channel: number]: number[] } = {};
  for (let channel = 0; channel < 64; channel++) {
    if (quiet.has(channel) || channel % 8 === 5) continue;
    const spikes = Array.from({ length: Math.round((random() * maxHz * frames) / 25_000) }, () => on(random() * frames));
    for (const start of starts) {
      if (random() < 0.3) continue;
      for (let count = Math.floor(random() * 6); count > 0; count--) spikes.push(on(start + random() * 2_500));
    }
    byChannel[channel] = spikes.flatMap((frame) => (random() < 0.02 ? [frame, frame] : [frame]));
  }
  return trainOfFrames(byChannel, { durationFrames: BigInt(frames) });
}
