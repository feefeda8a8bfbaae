import type { TimeRange } from "@sonde/core";
import { earlier, later } from "../time/order.js";
import type { TileCache, TileKey } from "./cache.js";
import { floorDivide, type Level, tileRange, tilesIn } from "./level.js";

/** How much coarser the first picture of a cold view is. */
const coarser = 8n;

/**
 * The tiles of one trace that a view wants, most urgent first: where nothing at all can be drawn a coarse one, then those in view from the
 * middle outwards, then one on each side, for who pans on. None lies outside `extent`, where that is known.
 */
export function wantedTiles(
  cache: Pick<TileCache, "cover">,
  {
    stream,
    level,
    range,
    extent,
  }: { readonly stream: string; readonly level: Level; readonly range: TimeRange; readonly extent?: TimeRange | null | undefined },
): TileKey[] {
  if (extent === null) return [];
  const seen = within(range, extent);
  if (seen === undefined) return [];
  const key = (index: bigint): TileKey => ({ stream, level, index });
  const shown = tilesIn(level, seen);
  const middle = floorDivide(seen.start + (seen.end - seen.start) / 2n, tileRange(level, 1n).start);
  const distance = (index: bigint) => (index < middle ? middle - index : index - middle);
  const visible = [...shown].sort((a, b) => Number(distance(a) - distance(b))).map(key);
  const cold = level.kind === "windows" && shown.length > 1 && cache.cover(stream, level, seen).length === 0;
  const [first = 0n, last = 0n] = [shown[0], shown.at(-1)];
  const beside = [last + 1n, first - 1n].filter((index) => within(tileRange(level, index), extent) !== undefined).map(key);
  return [...(cold ? coarse(stream, level, seen) : []), ...visible, ...beside];
}

function coarse(stream: string, level: Level, range: TimeRange): TileKey[] {
  const rough: Level = { kind: "windows", width: level.width * coarser };
  if (rough.width * 1024n >= 2n ** 63n) return [];
  return tilesIn(rough, range).map((index) => ({ stream, level: rough, index }));
}

function within(range: TimeRange, extent: TimeRange | undefined): TimeRange | undefined {
  if (extent === undefined) return range;
  const start = later(range.start, extent.start);
  const end = earlier(range.end, extent.end);
  return start < end ? { start, end } : undefined;
}
