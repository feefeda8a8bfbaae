import { expect, test } from "vitest";
import { statColumns, timedWindows } from "../../src/testing/columns.js";
import { sorted } from "../../src/testing/merge-points.js";
import type { Snapshot, WindowGrid } from "../../src/testing/snapshot.js";
import { firstVersion, functionPoints, type StreamPoints, storedPoints } from "../../src/testing/stream-points.js";
import { insertPoints, type Tree, type TreeNode } from "../../src/testing/tree.js";
import { type Dot, Oracle, type Stat } from "./oracle.js";

/** A small generator of its own seed, so that a failure is repeated by its number (Mulberry32). */
function random(seed: number) {
  let state = seed;
  const next = () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (n: number) => Math.floor(next() * n);
  return {
    next,
    below,
    pick: <T>(items: readonly T[]): T => items[below(items.length)]!,
    big: (bits: number) => BigInt(Math.floor(next() * 2 ** Math.min(bits, 52))) << BigInt(Math.max(0, bits - 52)),
  };
}
type Random = ReturnType<typeof random>;

const rules = ["never", "equal", "retain", "replace"] as const;
const columns = (dots: readonly Dot[]) => ({
  times: BigInt64Array.from(dots, (dot) => dot[0]),
  values: Float64Array.from(dots, (dot) => dot[1]),
});
const dotsOf = (snapshot: Snapshot, start: bigint, end: bigint): Dot[] =>
  [...snapshot.points(start, end)].flatMap(({ times, values }) => [...times].map((time, k): Dot => [time, values[k]!]));
const statsOf = (snapshot: Snapshot, grid: WindowGrid): Stat[] => {
  const { times, count, min, mean, max, stddev } = statColumns([...timedWindows(snapshot.windows(grid), grid, false)]);
  return [...times].map((time, k) => ({ time, count: Number(count[k]), min: min[k]!, mean: mean[k]!, max: max[k]!, stddev: stddev[k]! }));
};

let compared = 0;
function close(ours: readonly Stat[], theirs: readonly Stat[], say: string): void {
  expect(ours.length, say).toBe(theirs.length);
  for (const [k, one] of ours.entries()) {
    const other = theirs[k]!;
    compared++;
    const size = Math.max(Math.abs(other.min), Math.abs(other.max), Number.MIN_VALUE);
    const same =
      one.time === other.time &&
      one.count === other.count &&
      one.min === other.min &&
      one.max === other.max &&
      Math.abs(one.mean - other.mean) <= 1e-12 * size &&
      Math.abs(one.stddev - other.stddev) <= 1e-12 * size;
    if (!same) expect(one, say).toEqual(other);
  }
}

type Shape = { readonly base: bigint; readonly bits: number };
const shapes: readonly Shape[] = [
  { base: 1_500_000_000_000_000_000n, bits: 36 },
  { base: -1_000n, bits: 11 },
  { base: -(1n << 59n), bits: 60 },
  { base: -64n, bits: 7 },
  { base: 1n << 60n, bits: 20 },
];

function dots(of: Random, { base, bits }: Shape, size: number): Dot[] {
  const values = of.pick<() => number>([() => of.next() * 2 - 1, () => of.below(5), () => 1e9 + of.next(), () => (of.next() - 0.5) * 1e-6]);
  const step = 1n << BigInt(Math.max(0, bits - 10));
  const regular = of.next() < 0.4;
  return Array.from({ length: size }, (_, k): Dot => [regular ? base + BigInt(k) * step : base + of.big(bits), values()]);
}

function written(seed: number): { stream: StreamPoints; oracle: Oracle; shape: Shape; of: Random } {
  const of = random(seed);
  const shape = of.pick(shapes);
  const limit = of.pick([0, 50, 1_000_000]);
  const stream = storedPoints(limit);
  const oracle = new Oracle(limit);
  // Every fiftieth is large enough for several levels of the tree.
  const size = seed % 50 === 0 ? 3000 : 40;
  for (let step = of.below(6); step >= 0; step--) {
    const act = of.next();
    if (act < 0.7) {
      // The oracle is slow by design: large batches by its fastest rule.
      const rule = size > 100 ? "never" : of.pick(rules);
      const batch = dots(of, shape, 1 + of.below(size));
      stream.insert(columns(batch), rule, false);
      oracle.insert(batch, rule);
    } else if (act < 0.85) {
      const start = shape.base + of.big(shape.bits);
      const end = start + of.big(shape.bits - 1) + 1n;
      stream.delete(start, end);
      oracle.delete(start, end);
    } else {
      stream.flush();
      oracle.flush();
    }
  }
  return { stream, oracle, shape, of };
}

test("answers as a list of points would, for 1,000 random streams in all their versions", () => {
  let questions = 0;
  for (let seed = 0; seed < 1000; seed++) {
    const { stream, oracle, shape, of } = written(seed);
    expect(stream.version).toEqual({ major: oracle.newest, minor: BigInt(oracle.buffered) });
    const all = [0n, ...oracle.versions.map((_, k) => firstVersion + BigInt(k))];
    for (const version of all) {
      const { snapshot } = stream.at(version);
      const say = `seed ${seed}, version ${version}`;
      const start = shape.base + of.big(shape.bits);
      const end = start + of.big(shape.bits) + 1n;
      expect(dotsOf(snapshot, -(1n << 60n), 3n << 60n), say).toEqual(oracle.at(version));
      expect(dotsOf(snapshot, start, end), say).toEqual(oracle.raw(version, start, end));
      // All widths on one version, one on the others.
      const one = BigInt(of.below(63));
      for (let width = version === 0n ? 0n : one; width < (version === 0n ? 63n : one + 1n); width++) {
        const low = ((shape.base >> width) - 1n) << width;
        const count = ((shape.base + (1n << BigInt(shape.bits))) >> width) - (low >> width) + 1n;
        const grid = { origin: low, width: 1n << width, depth: 0, count };
        close(statsOf(snapshot, grid), oracle.windows(version, low, 1n << width, count), `${say}, 2^${width} ns`);
      }
      for (let k = 0; k < 6; k++) {
        const width = of.big(of.below(shape.bits) + 1) + 1n;
        // Coarser than 64 windows costs the oracle a search of its own.
        const depth = k < 2 ? 0 : Math.min(of.below(shape.bits + 2), width.toString(2).length + 5);
        const count = (end - start) / width + 1n;
        const grid = { origin: start, width, depth, count };
        close(
          statsOf(snapshot, grid),
          oracle.windows(version, start, width, count, 1n << BigInt(depth)),
          `${say}, ${width} ns, depth ${depth}`,
        );
      }
      const around = oracle
        .at(version)
        .slice(0, 5)
        .flatMap(([time]) => [time - 1n, time, time + 1n]);
      for (const time of [...around, start, end]) {
        for (const backward of [false, true]) {
          const found = snapshot.nearest(time, backward);
          const expected = oracle.nearest(version, time, backward);
          // Of points that share a time the first one is found forward, the last one backward.
          expect(found && [found.time, found.value], say).toEqual(expected && [...expected]);
          questions++;
        }
      }
    }
    for (const resolution of [0, of.below(30), of.below(64)]) {
      const [a, b] = [of.pick(all.slice(1)), of.pick(all.slice(1))];
      const [from, to] = a < b ? [a, b] : [b, a];
      const say = `seed ${seed}, changes from ${from} to ${to} at 2^${resolution}`;
      expect(stream.changes(from, to, resolution).ranges, say).toEqual(oracle.changes(from, to, 1n << BigInt(resolution)));
      expect(stream.changes(from, 0n, resolution).ranges, say).toEqual(oracle.changes(from, 0n, 1n << BigInt(resolution)));
      questions += 2;
    }
  }
  console.log(`1000 streams: ${compared} windows and ${questions} other questions alike`);
}, 240_000);

test("leaves an old version as it was, whatever is done later", () => {
  const stream = storedPoints(0);
  const oracle = new Oracle(0);
  const of = random(7);
  for (let k = 0; k < 20; k++) {
    const batch = dots(of, { base: 0n, bits: 24 }, 500);
    stream.insert(columns(batch), "replace", false);
    oracle.insert(batch, "replace");
  }
  const held = [...stream.at(15n).snapshot.points(0n, 1n << 40n)];
  stream.delete(0n, 1n << 40n);
  expect(held.flatMap(({ times }) => [...times])).toEqual(oracle.at(15n).map(([time]) => time));
  expect(dotsOf(stream.at(29n).snapshot, 0n, 1n << 40n)).toEqual(oracle.at(29n));
  expect(dotsOf(stream.at(0n).snapshot, 0n, 1n << 40n)).toEqual([]);
});

test("inserts n points in O(n log n) of work, whatever their order", () => {
  // What an insert makes anew, in points and child slots; a rebuild would make all of it.
  const seen = new WeakSet<TreeNode>();
  const fresh = (node: Tree): number => {
    if (node === undefined || seen.has(node)) return 0;
    seen.add(node);
    return node.children ? node.children.reduce((sum, child) => sum + fresh(child), node.children.length) : node.times.length;
  };
  const work = (size: number, batch: number, timeOf: (of: Random, row: number) => bigint) => {
    const of = random(1);
    let tree: Tree;
    let total = 0;
    for (let from = 0; from < size; from += batch) {
      const points = Array.from({ length: batch }, (_, row): Dot => [timeOf(of, from + row), of.next()]);
      tree = insertPoints(tree, sorted(columns(points)), "never");
      total += fresh(tree);
    }
    expect(tree?.summary.count).toBe(size);
    return total;
  };
  const scattered = (of: Random) => 1_500_000_000_000_000_000n + of.big(48);
  const appended = (_: Random, row: number) => 1_500_000_000_000_000_000n + BigInt(row) * 8_333_333n;
  const single = work(32_000, 1, scattered) / work(4000, 1, scattered);
  const append = work(800_000, 10_000, appended) / work(100_000, 10_000, appended);
  const perPoint = work(800_000, 10_000, scattered) / 800_000;
  console.log(
    `8 times the points: ${single.toFixed(1)} times the work one by one, ${append.toFixed(1)} times in batches at the end; ` +
      `${perPoint.toFixed(0)} cells a point in batches of 10,000 all over the stream`,
  );
  // 8 log 8n / log n is 10; rebuilding would be 64 times.
  expect(single).toBeLessThan(12);
  expect(append).toBeLessThan(10);
  // At worst every point has a leaf of 1,024 points and ten nodes of 64 slots made anew, however large the stream.
  expect(perPoint).toBeLessThan(1024 + 640);
});

test("answers for 10^9 points of a function as for a thousand", () => {
  const clock = { origin: 1_500_000_000_000_000_000n, ticks: 120n, per: 1_000_000_000n };
  const value = (index: number) => Math.sin((2 * Math.PI * (index % 1000)) / 1000);
  const huge = functionPoints({ clock, count: 1e9, value, repeats: 1000 }).at(0n).snapshot;
  const [whole] = statsOf(huge, { origin: 0n, width: 1n << 61n, depth: 0, count: 1n });
  expect(whole).toMatchObject({ count: 1e9, min: -1, max: 1 });
  expect(whole!.mean).toBeCloseTo(0, 12);
  expect(whole!.stddev).toBeCloseTo(Math.SQRT1_2, 12);
  expect(huge.nearest(2n ** 61n, true)).toEqual({ time: clock.origin + (999_999_999n * 1_000_000_000n) / 120n, value: value(999) });
});

test("answers for a function as for the same points stored", () => {
  const clock = { origin: -5_000_000n, ticks: 3n, per: 100n };
  const value = (index: number) => (index % 7) * (index % 11) - index / 1000;
  const count = 20_000;
  const repeating = (index: number) => value(index % 5000);
  for (const [of, repeats] of [
    [value, undefined],
    [repeating, 5000],
  ] as const) {
    const computed = functionPoints({ clock, count, value: of, ...(repeats ? { repeats } : {}) }).at(0n).snapshot;
    const oracle = new Oracle(0);
    oracle.insert([], "never");
    oracle.latest = Array.from({ length: count }, (_, k): Dot => [clock.origin + (BigInt(k) * clock.per) / clock.ticks, of(k)]);
    expect(dotsOf(computed, -4_999_000n, -4_700_000n)).toEqual(oracle.raw(0n, -4_999_000n, -4_700_000n));
    for (const width of [1n, 33n, 4096n, 100_000n, 250_000n, 1n << 30n]) {
      const grid = { origin: -5_100_000n, width, depth: 0, count: 600_000n / width + 1n };
      close(statsOf(computed, grid), oracle.windows(0n, grid.origin, width, grid.count), `width ${width}`);
    }
    for (const time of [-5_000_001n, -5_000_000n, -4_999_999n, -4_999_967n, 0n]) {
      for (const backward of [false, true]) {
        const found = computed.nearest(time, backward);
        expect(found && [found.time, found.value]).toEqual(oracle.nearest(0n, time, backward));
      }
    }
  }
});
