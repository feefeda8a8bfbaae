import { type Description, formatNanos, formatSpan, type TimeRange } from "@sonde/core";
import type { Piece } from "../tiles/cache.js";
import type { Level } from "../tiles/level.js";
import { words } from "../words.js";
import { extentOf } from "./figure.js";

/** At which resolution something is drawn, who made it so and how true it is: "windows of 64ms · by the archive · exact". */
export function badgeText(level: Level, pieces: readonly Piece[], description: Pick<Description, "accuracy">): string {
  // Of the tiles that are drawn, which may be coarser than those that are on their way.
  const shown = pieces.some(({ tile }) => tile.level.kind === level.kind && tile.level.width === level.width)
    ? level
    : (pieces[0]?.tile.level ?? level);
  const made = pieces.find(({ tile }) => tile.level === shown || tile.level.width === shown.width)?.tile.data.provenance;
  const parts = [levelText(shown)];
  if (shown.kind === "windows" && made !== undefined) parts.push(made.by === "store" ? words.byStore : words.byLocal);
  parts.push(shown.kind === "overview" || made?.exact === false ? words.inexact : words.exact);
  if (description.accuracy !== undefined && description.accuracy > 0n) parts.push(`${words.accurate} ${formatSpan(description.accuracy)}`);
  return parts.join(" · ");
}

function levelText({ kind, width, halvings = 0 }: Level): string {
  if (kind === "rows") return words.levelRows;
  return kind === "windows" ? `${words.levelWindows} ${formatSpan(width)}` : `${words.levelOverview} ${2 ** halvings}`;
}

/** What a plot shows, for who can't see it: "value, 5s from 2020-…Z: 1,340 windows of 4ms, least -0.31 V, greatest 0.44 V". */
export function summaryText(
  name: string,
  unit: string | undefined,
  pieces: readonly Piece[],
  range: TimeRange,
  level: Level | undefined,
): string {
  const where = `${name}, ${formatSpan(range.end - range.start)} from ${formatNanos(range.start)}`;
  const extent = extentOf(pieces, range);
  if (extent === undefined || level === undefined) return `${where}: ${words.noData.toLowerCase()}`;
  const suffix = unit === undefined || unit === "" ? "" : ` ${unit}`;
  return `${where}: ${levelText(level)}, least ${numberText(extent[0])}${suffix}, greatest ${numberText(extent[1])}${suffix}`;
}

/** Seven digits: more than any instrument's, less than a double's noise. */
export function numberText(value: number): string {
  return Number.isFinite(value) ? String(Number(value.toPrecision(7))) : "–";
}
