import type { TimeRange } from "@sonde/core";
import type { Figure, Mark, Theme, TimeTicks } from "@sonde/plot";
import { scaleLinear } from "d3-scale";
import type { Piece } from "../tiles/cache.js";
import { earlier, later } from "../time/order.js";
import { type Run, runsOf } from "./runs.js";

/** Where data are drawn, in CSS pixels. The same left and right in every panel, so that one crosshair fits all. */
export type Area = { readonly left: number; readonly right: number; readonly top: number; readonly bottom: number };

export function areaOf({ width, height }: { readonly width: number; readonly height: number }): Area {
  return { left: 72, right: Math.max(120, width - 14), top: 10, bottom: height - 38 };
}

export type TraceFigure = {
  readonly pieces: readonly Piece[];
  readonly range: TimeRange;
  readonly width: number;
  readonly height: number;
  readonly title: string;
  readonly description: string;
  readonly theme: Theme;
  readonly colour: string;
  readonly ticks: TimeTicks;
};

/** A trace over time with its axes, as data for `drawFigure` and `toSvg`: the band between least and greatest, and the mean or the rows in it. */
export function traceFigure(options: TraceFigure): Figure {
  const { pieces, range, width, height, title, description, theme, colour, ticks } = options;
  const area = areaOf({ width, height });
  const runs = runsOf(pieces, range, area);
  const extent = drawnExtent(runs) ?? [0, 1];
  const room = extent[1] > extent[0] ? (extent[1] - extent[0]) * 0.05 : Math.abs(extent[1]) * 0.1 || 0.5;
  const scale = scaleLinear()
    .domain([extent[0] - room, extent[1] + room])
    .range([area.bottom, area.top]);
  const marks: Mark[] = [...valueAxis(scale, area, theme)];
  for (const run of runs) marks.push(...runMarks(run, area, scale, colour));
  marks.push(...timeAxis(ticks, range, area, theme));
  return { width, height, background: theme.background, title, description, marks };
}

/** Least and greatest of what is drawn, the ends of lines at the sides included. */
function drawnExtent(runs: readonly Run[]): readonly [number, number] | undefined {
  let [least, most] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const { mid, low, high } of runs) {
    for (const values of [mid, low, high]) {
      for (const value of values) {
        if (value < least) least = value;
        if (value > most) most = value;
      }
    }
  }
  return least <= most ? [least, most] : undefined;
}

/** Least and greatest of what is in view. */
export function extentOf(pieces: readonly Piece[], range: TimeRange): readonly [number, number] | undefined {
  let [least, most] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const { tile, range: part } of pieces) {
    const { times, mid, low = mid, high = mid } = tile.data;
    const width = tile.level.kind === "windows" ? tile.level.width : 1n;
    const [start, end] = [later(range.start, part.start), earlier(range.end, part.end)];
    for (let row = 0; row < times.length; row++) {
      const at = times[row] ?? 0n;
      if (at + width <= start) continue;
      if (at >= end) break;
      const [bottom, top] = [low[row] ?? Number.NaN, high[row] ?? Number.NaN];
      if (bottom < least) least = bottom;
      if (top > most) most = top;
    }
  }
  return least <= most ? [least, most] : undefined;
}

function runMarks({ x, mid, from, to, low, high }: Run, area: Area, scale: (value: number) => number, colour: string): Mark[] {
  const marks: Mark[] = [];
  if (low.length > 0) {
    let band = "";
    for (let row = 0; row < low.length; row++)
      band += `${row === 0 ? "M" : "L"}${edge(from[row])},${edge(scale(high[row] ?? 0))}H${edge(to[row])}`;
    for (let row = low.length - 1; row >= 0; row--) band += `L${edge(to[row])},${edge(scale(low[row] ?? 0))}H${edge(from[row])}`;
    marks.push({ kind: "path", path: `${band}Z`, fill: colour, opacity: 0.28, stroke: colour, width: 0.5 });
  }
  let line = "";
  for (let row = 0; row < x.length; row++) line += `${row === 0 ? "M" : "L"}${edge(x[row])},${edge(scale(mid[row] ?? 0))}`;
  // A row alone between gaps is a dot.
  if (x.length === 1) line = `M${edge(Math.max(area.left, (x[0] ?? 0) - 1))},${edge(scale(mid[0] ?? 0))}h2`;
  marks.push({ kind: "path", path: line, stroke: colour, width: 1.5 });
  return marks;
}

const edge = (pixels = 0) => pixels.toFixed(1);

type Scale = ReturnType<typeof scaleLinear<number, number>>;

function valueAxis(scale: Scale, area: Area, theme: Theme): Mark[] {
  const count = Math.max(2, Math.round((area.bottom - area.top) / 40));
  const [low = 0, high = 1] = scale.domain();
  const large = Math.max(Math.abs(low), Math.abs(high)) >= 1e6 || high - low < 1e-4;
  const format = scale.tickFormat(count, large ? "~g" : undefined);
  return scale.ticks(count).flatMap((value): Mark[] => {
    const y = Math.round(scale(value)) + 0.5;
    return [
      { kind: "path", path: `M${area.left},${y}H${area.right}`, stroke: theme.grid, width: 1 },
      // d3 writes a typographic minus, which search and copying do not know.
      { kind: "text", x: area.left - 8, y: y + 4, text: format(value).replace("−", "-"), size: 12, fill: theme.muted, anchor: "end" },
    ];
  });
}

/** Ticks with labels that never touch, and in the corner what they leave out. */
export function timeAxis({ ticks, context }: TimeTicks, range: TimeRange, area: Area, theme: Theme): Mark[] {
  const marks: Mark[] = [{ kind: "path", path: `M${area.left},${area.bottom + 0.5}H${area.right}`, stroke: theme.muted, width: 1 }];
  let free = Number.NEGATIVE_INFINITY;
  for (const { time, label } of ticks) {
    const x = area.left + (Number(time - range.start) / (Number(range.end - range.start) || 1)) * (area.right - area.left);
    marks.push({ kind: "path", path: `M${Math.round(x) + 0.5},${area.bottom}v5`, stroke: theme.muted, width: 1 });
    const half = label.length * 3.6;
    if (x - half < free || x + half > area.right + 14) continue;
    free = x + half + 8;
    marks.push({ kind: "text", x, y: area.bottom + 18, text: label, size: 12, fill: theme.muted, anchor: "middle" });
  }
  marks.push({ kind: "text", x: area.right, y: area.bottom + 33, text: context, size: 11, fill: theme.muted, anchor: "end" });
  return marks;
}
