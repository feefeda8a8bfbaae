import { type Description, gridOf, type TimeRange, widthFor } from "@sonde/core";

/** Windows in a tile. */
export const tileWindows = 512;
/** CSS pixels that a window takes at least. With least, greatest, mean and count of each that is at most four values a pixel column. */
const pixelsOfWindow = 2;

/** At which resolution a trace is drawn. `width` is that of a window in ns; tiles of rows are as wide as those of windows would be. */
export type Level = { readonly kind: "windows" | "rows" | "overview"; readonly width: bigint; readonly halvings?: number };

export type LevelQuestion = {
  readonly description: Pick<Description, "schema" | "clock" | "rows">;
  readonly range: TimeRange;
  /** Of the plot's area, in CSS pixels. */
  readonly pixels: number;
  /** The store keeps coarser copies, and no statistics. */
  readonly overview?: boolean;
  /** As counted by windows that are loaded. */
  readonly counted?: number | undefined;
};

/** The coarsest that still fills the pixels: rows where they are few, a stored overview where there is one, else windows. */
export function levelFor({ description, range, pixels, overview = false, counted }: LevelQuestion): Level {
  const span = range.end - range.start;
  const width = widthFor(description, (span * BigInt(pixelsOfWindow)) / BigInt(Math.max(1, Math.round(pixels))));
  const rows = counted ?? mostRows(description, range);
  if (rows !== undefined && rows <= 2 * pixels) return { kind: "rows", width };
  if (overview && rows !== undefined) return { kind: "overview", width, halvings: Math.max(0, Math.floor(Math.log2(rows / pixels))) };
  return { kind: "windows", width };
}

/** Rows that a range can hold at most; undefined where nothing bounds them. */
function mostRows({ rows, ...description }: LevelQuestion["description"], { start, end }: TimeRange): number | undefined {
  const grid = gridOf(description);
  const dense = grid > 1n ? Number((end - start) / grid) + 1 : undefined;
  if (rows === undefined) return dense;
  return dense === undefined ? rows : Math.min(rows, dense);
}

/** How tiles of one level are told from those of another, in keys and in order. */
export function levelKey({ kind, width, halvings }: Level): string {
  return `${kind}:${width}${halvings === undefined ? "" : `:${halvings}`}`;
}

/** Half open. */
export function tileRange({ width }: Pick<Level, "width">, index: bigint): TimeRange {
  const span = width * BigInt(tileWindows);
  return { start: index * span, end: (index + 1n) * span };
}

/** The tiles that hold a range, ascending. */
export function tilesIn({ width }: Pick<Level, "width">, { start, end }: TimeRange): bigint[] {
  const span = width * BigInt(tileWindows);
  const indices: bigint[] = [];
  for (let index = floorDivide(start, span); index * span < end; index++) indices.push(index);
  return indices;
}

export function floorDivide(value: bigint, by: bigint): bigint {
  const quotient = value / by;
  return value % by < 0n ? quotient - 1n : quotient;
}
