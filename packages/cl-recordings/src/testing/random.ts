/** Reproducible noise: the same seed gives the same recording on every machine. */
export interface Random {
  /** `0 <= value < 1`. */
  uniform(): number;
  /** Mean 0, deviation 1: Irwin–Hall of four, near enough to normal for noise of an amplifier. */
  normal(): number;
  whole(below: number): number;
}

/** Mulberry32 (Tommy Ettinger, public domain): 32 bits of state, enough for samples. */
export function random(seed: number): Random {
  let state = seed >>> 0;
  const uniform = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
  return {
    uniform,
    normal: () => (uniform() + uniform() + uniform() + uniform() - 2) * Math.sqrt(3),
    whole: (below) => Math.floor(uniform() * below),
  };
}
