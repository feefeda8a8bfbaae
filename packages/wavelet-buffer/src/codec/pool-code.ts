import type { BitReader } from "./bit-reader.js";

/** 0 to 4, then the element two before twice: the numbers up to which codes of one length can go. */
function borders(count: number): readonly number[] {
  const result = [0, 1, 2, 3, 4];
  while (result.length < count) result.push(2 * (result[result.length - 2] ?? 0));
  return result;
}

const zeroBorders = borders(63);
// These leave out 3, so the doubling goes on from other numbers.
const exponentBorders = [0, 1, 2, 4, 6, 8, 12, 16, 24, 32, 48, 64, 96, 128, 192, 256];

/** Codes of one length: up to `last`, after `offset` is taken off. */
interface Pool {
  readonly length: number;
  readonly last: number;
  readonly offset: number;
}

/** A prefix code of an SF stream: small numbers have short codes, in pools whose lengths and borders the stream says. */
export class PoolCode {
  readonly #pools: readonly Pool[];
  readonly #first: number;

  private constructor(pools: readonly Pool[]) {
    this.#pools = pools;
    this.#first = pools[0]?.length ?? 0;
  }

  /** Undefined where the pools are none that a writer makes. `first` is the length of the shortest code and 1. */
  static read(reader: BitReader, first: number, kind: "exponents" | "zeros"): PoolCode | undefined {
    const table = kind === "zeros" ? zeroBorders : exponentBorders;
    const pools: Pool[] = [];
    let free = 1;
    let code = -1;
    let pool = -1;
    let length = first - 1;
    while (length >= 0 && free > 0 && pools.length < table.length) {
      let gained = 0;
      while (gained === 0) {
        length++;
        if (length > 52) return undefined;
        const reach = Math.trunc(code + free * 2 ** length);
        const found = zeroBorders.findIndex((border) => border >= reach);
        const most = found < 0 ? zeroBorders.length - 1 : found;
        if (most < pool) return undefined;
        gained = reader.choice(most - pool + 1);
      }
      pool += gained;
      const last = table[pool];
      if (last === undefined) return undefined;
      pools.push({ length, last, offset: (1 - free) * 2 ** length - code - 1 });
      free -= (last - code) / 2 ** length;
      code = last;
    }
    return new PoolCode(pools);
  }

  /** -1 where the bits are no code. */
  number(reader: BitReader): number {
    let value = reader.bits(this.#first);
    let length = this.#first;
    for (const pool of this.#pools) {
      const more = pool.length - length;
      length = pool.length;
      value = value * 2 ** more + (more === 0 ? 0 : reader.bits(more));
      if (value <= pool.last + pool.offset) return value - pool.offset;
    }
    return this.#pools.length === 0 ? value : -1;
  }
}
