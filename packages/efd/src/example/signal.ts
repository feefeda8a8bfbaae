/** Numbers from 0 to 1 that a seed determines: the same on every machine (mulberry32, public domain). */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** A slow wave with noise on it, so that minimum, mean and maximum of a window make a band: the next value at each call. */
export function signalFrom(seed: number, samplesPerTurn: number): () => number {
  const random = randomFrom(seed);
  const phase = random();
  const level = 20 * random() - 10;
  let sample = 0;
  return () => {
    // A parabola for each half turn: `Math.sin` may differ in its last bit from one engine to another.
    const turn = 2 * ((sample++ / samplesPerTurn + phase) % 1);
    const arch = turn < 1 ? turn * (1 - turn) : (turn - 1) * (turn - 2);
    return level + 8 * arch + random() - 0.5;
  };
}
