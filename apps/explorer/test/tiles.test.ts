import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { TileCache, type TileKey } from "../src/tiles/cache.js";
import { countedRows } from "../src/tiles/counted.js";
import { fetchTile } from "../src/tiles/fetch.js";
import { levelFor, tileRange, tilesIn, tileWindows } from "../src/tiles/level.js";
import { TileLoader } from "../src/tiles/loader.js";
import type { TileData } from "../src/tiles/tile.js";
import { wantedTiles } from "../src/tiles/wanted.js";
import { fieldInfo, memoryStream, type Sample } from "./support/memory.js";

const start = 1_500_000_000_000_000_000n;
const sample: Sample = { start, step: 1_000_000n, rows: 20_000, value: (row) => Math.sin(row / 500) };
const empty: TileData = { times: new BigInt64Array(), mid: new Float64Array(), bytes: 1000 };
const windows = (width: bigint) => ({ kind: "windows", width }) as const;
const signal = new AbortController().signal;

describe("levels", () => {
  test("ask for at most four values a pixel column, whatever the range", async () => {
    const description = await (await memoryStream(sample)).describe();
    const cases = fc.property(fc.bigInt(4n, 2n ** 62n), fc.integer({ min: 200, max: 4000 }), (span, pixels) => {
      const level = levelFor({ description, range: { start, end: start + span }, pixels });
      const shown = level.kind === "windows" ? 4 * Number(span / level.width) : 2 * Math.min(sample.rows, Number(span / sample.step) + 1);
      expect(shown).toBeLessThanOrEqual(4 * pixels);
    });
    console.log(`${fc.check(cases, { numRuns: 500 }).numRuns} cases`);
    fc.assert(cases, { numRuns: 500 });
  });

  test("are rows once rows are few, by their number or as counted", async () => {
    const description = await (await memoryStream(sample)).describe();
    const range = { start, end: start + 20_000_000_000n };
    expect(levelFor({ description, range, pixels: 1000 }).kind).toBe("windows");
    expect(levelFor({ description, range, pixels: 1000, counted: 100 }).kind).toBe("rows");
    expect(levelFor({ description: { ...description, rows: 50 }, range, pixels: 1000 }).kind).toBe("rows");
    expect(levelFor({ description, range, pixels: 1000, overview: true })).toMatchObject({ kind: "overview", halvings: 4 });
  });

  test("cover a range by tiles that touch, before 1970 too", () => {
    const cases = fc.property(
      fc.bigInt(-(10n ** 15n), 10n ** 15n),
      fc.bigInt(1n, 10n ** 9n),
      fc.bigInt(1n, 10n ** 6n),
      (from, span, width) => {
        const range = { start: from, end: from + span };
        const wide = width + span / 100_000n;
        const ranges = tilesIn(windows(wide), range).map((index) => tileRange(windows(wide), index));
        expect(ranges[0]!.start <= range.start && ranges.at(-1)!.end >= range.end).toBe(true);
        for (const [index, { start }] of ranges.slice(1).entries()) expect(start).toBe(ranges[index]!.end);
      },
    );
    console.log(`${fc.check(cases).numRuns} cases`);
    fc.assert(cases);
  });
});

describe("tiles", () => {
  test("hold what the archive's windows say, nanosecond by nanosecond", async () => {
    const stream = await memoryStream(sample);
    const level = windows(64_000_000n);
    const [index = 0n] = tilesIn(level, { start, end: start + 1n });
    const { times, mid, low, high, count, provenance } = await fetchTile(stream, "value", { level, index }, { signal });
    const table = await stream.windows({ ...tileRange(level, index), width: level.width }).table();
    expect(times.length).toBe(table.numRows);
    expect(times[0]! % level.width).toBe(0n);
    expect([...count!].reduce((sum, one) => sum + one, 0)).toBe(
      sample.rows - Math.max(0, sample.rows - Number((tileRange(level, index).end - start) / sample.step)),
    );
    for (const [row, value] of mid.entries()) expect(value >= low![row]! && value <= high![row]!).toBe(true);
    expect(provenance).toMatchObject({ method: "windows", exact: true, width: 64_000_000n });
  });

  test("of rows are in physical units, as statistics are", async () => {
    const stream = await memoryStream({ ...sample, rows: 100, integers: { scale: 0.5, offset: 10 }, value: (row) => row });
    expect(fieldInfo((await stream.describe()).schema.fields[1]!).scale).toBe(0.5);
    const level = { kind: "rows", width: 1_000_000n } as const;
    const [index = 0n] = tilesIn(level, { start, end: start + 1n });
    const { mid } = await fetchTile(stream, "value", { level, index }, { signal });
    expect([...mid.slice(0, 3)]).toEqual([10, 10.5, 11]);
    const wide = await fetchTile(stream, "value", { level: windows(1_000_000n), index }, { signal });
    expect(wide.mid[2]).toBe(mid[2]);
  });
});

describe("the cache", () => {
  const key = (width: bigint, index: bigint): TileKey => ({ stream: "s", level: windows(width), index });

  test("forgets the longest unused first and keeps to its bytes", () => {
    const cache = new TileCache(3000);
    for (const index of [0n, 1n, 2n]) cache.put({ ...key(1n, index), data: empty });
    cache.get(key(1n, 0n));
    cache.put({ ...key(1n, 3n), data: empty });
    expect([0n, 1n, 2n, 3n].map((index) => cache.has(key(1n, index)))).toEqual([true, false, true, true]);
    expect(cache.bytes).toBe(3000);
  });

  test("draws a coarser tile in the place of one that is missing, and only there", () => {
    const cache = new TileCache();
    cache.put({ ...key(8n, 0n), data: empty });
    cache.put({ ...key(1n, 1n), data: empty });
    const pieces = cache.cover("s", windows(1n), { start: 0n, end: 3n * 512n });
    expect(pieces.map(({ tile, range }) => [tile.level.width, range.start, range.end])).toEqual([
      [8n, 0n, 512n],
      [1n, 512n, 1024n],
      [8n, 1024n, 1536n],
    ]);
  });

  test("draws finer tiles where there are no coarser ones", () => {
    const cache = new TileCache();
    for (const index of [0n, 1n]) cache.put({ ...key(1n, index), data: empty });
    expect(cache.cover("s", windows(2n), { start: 0n, end: 1024n }).map(({ tile }) => tile.index)).toEqual([0n, 1n]);
  });

  test("counts rows only where windows of the whole range are there", async () => {
    const stream = await memoryStream(sample);
    const cache = new TileCache();
    const level = windows(4_000_000n);
    const range = { start: start + 1_000_000_000n, end: start + 4_000_000_000n };
    const indices = tilesIn(level, range);
    for (const index of indices.slice(1))
      cache.put({ stream: "s", level, index, data: await fetchTile(stream, "value", { level, index }, { signal }) });
    expect(countedRows(cache.cover("s", level, range), range)).toBeUndefined();
    const index = indices[0]!;
    cache.put({ stream: "s", level, index, data: await fetchTile(stream, "value", { level, index }, { signal }) });
    expect(countedRows(cache.cover("s", level, range), range)).toBeCloseTo(3000, 6);
  });
});

describe("the loader", () => {
  function harness(atOnce = 2) {
    const cache = new TileCache();
    const asked: {
      readonly key: TileKey;
      readonly signal: AbortSignal;
      readonly resolve: (data: TileData) => void;
      readonly reject: (error: unknown) => void;
    }[] = [];
    const loader = new TileLoader({
      cache,
      atOnce,
      onChange: () => {},
      fetch: (key, { signal }) =>
        new Promise((resolve, reject) => {
          signal.addEventListener("abort", () => reject(signal.reason));
          asked.push({ key, signal, resolve, reject });
        }),
    });
    return { cache, asked, loader };
  }
  const settled = () => new Promise((resolve) => setTimeout(resolve, 0));
  const view = (from: bigint, to: bigint, width = 1n) => ({
    stream: "s",
    level: windows(width),
    range: { start: from * 512n, end: to * 512n },
  });

  test("asks for the coarse tile of a cold view first, then from the middle outwards, then for the neighbours", () => {
    const keys = wantedTiles(new TileCache(), view(10n, 13n));
    expect(keys.map(({ level, index }) => `${level.width}/${index}`)).toEqual(["8/1", "1/11", "1/10", "1/12", "1/13", "1/9"]);
  });

  test("asks for nothing outside the data", () => {
    const keys = wantedTiles(new TileCache(), { ...view(0n, 4n), extent: { start: 512n, end: 1024n } });
    expect(keys.map(({ index }) => index)).toEqual([1n]);
    expect(wantedTiles(new TileCache(), { ...view(0n, 4n), extent: null })).toEqual([]);
  });

  test("asks only for what is missing, a few at a time", async () => {
    const { cache, asked, loader } = harness();
    cache.put({ ...view(0n, 1n), index: 0n, data: empty });
    loader.want([0n, 1n, 2n, 3n].map((index) => ({ stream: "s", level: windows(1n), index })));
    expect(asked.map(({ key }) => key.index)).toEqual([1n, 2n]);
    asked[0]!.resolve(empty);
    await settled();
    expect(asked.map(({ key }) => key.index)).toEqual([1n, 2n, 3n]);
    expect(loader.missing()).toBe(2);
  });

  test("cancels what the newest view does not want, and keeps what it still wants", async () => {
    const { asked, loader } = harness();
    const key = (index: bigint) => ({ stream: "s", level: windows(1n), index });
    loader.want([key(1n), key(2n), key(3n)]);
    loader.want([key(2n), key(4n)]);
    expect(asked.map(({ key, signal }) => [key.index, signal.aborted])).toEqual([
      [1n, true],
      [2n, false],
      [4n, false],
    ]);
    await settled();
    expect(loader.errorOf("s")).toBeUndefined();
  });

  test("tells a failure by stream, asks again only on request, and lets other streams go on", async () => {
    const { asked, loader, cache } = harness();
    const key = { stream: "s", level: windows(1n), index: 1n };
    const other = { ...key, stream: "t" };
    loader.want([key, other]);
    asked[0]!.reject(new Error("gone"));
    asked[1]!.resolve(empty);
    await settled();
    expect(loader.errorOf("s")).toMatchObject({ message: "gone" });
    expect(loader.errorOf("t")).toBeUndefined();
    loader.want([key, other]);
    expect(asked.length).toBe(2);
    loader.retry("s");
    expect(asked.length).toBe(3);
    asked[2]!.resolve(empty);
    await settled();
    expect(cache.has(key) && loader.missing() === 0 && loader.errorOf("s") === undefined).toBe(true);
  });
});

test("a tile holds as many windows as it says", () => {
  expect(tileRange(windows(3n), 2n)).toEqual({ start: 3072n, end: 4608n });
  expect(tileWindows).toBe(512);
});
