import { formatNanos, maxNanos, minNanos, sondeError, type TimeRange } from "@sonde/core";
import type { Area } from "../axes/frame.js";
import { frame, scaleAndRoom, timeAxis, valueAxis } from "../axes/frame.js";
import type { ValueScale } from "../axes/value-ticks.js";
import type { Figure, Mark } from "../figure.js";
import type { PlotOptions } from "../options.js";
import { type Theme, themeOf } from "../theme.js";

export type Chart = {
  readonly options: PlotOptions;
  readonly range: TimeRange;
  readonly extent: readonly [number, number];
  readonly legend: readonly { readonly name: string; readonly colour: string }[];
  /** What kind of picture it is: "A line". */
  readonly kind: string;
  draw(area: Area, scale: ValueScale, theme: Theme): readonly Mark[];
};

const mostPixels = 16_384;

/** A picture over time: title, legend, both axes, and what `draw` puts between them. */
export function chart({ options, range, extent, legend, kind, draw }: Chart): Figure {
  const { title = "" } = options;
  const theme = themeOf(options.theme);
  const { width, height } = sizeOf(options);
  // The labels' room depends on the scale, whose ends depend on the height alone.
  const measured = scaleAndRoom(extent, 60, height - 40);
  const { area, marks } = frame({ width, height, title, theme, legend }, measured.room);
  const { scale } = scaleAndRoom(extent, area.top, area.bottom);
  return {
    width,
    height,
    background: theme.background,
    title,
    description: `${kind} of ${legend.map(({ name }) => name).join(", ")} from ${formatNanos(range.start)} to ${formatNanos(range.end)}, values from ${extent[0]} to ${extent[1]}`,
    marks: [...marks, ...valueAxis(scale, area, theme), ...draw(area, scale, theme), ...timeAxis(range, area, theme, options.zone)],
  };
}

/** Rejects `options` for sizes that are none, `limit` for those of no screen. */
export function sizeOf({ width = 800, height = 320 }: Pick<PlotOptions, "width" | "height">): {
  readonly width: number;
  readonly height: number;
} {
  for (const [name, size] of Object.entries({ width, height })) {
    if (!Number.isInteger(size) || size < 64)
      throw sondeError("options", `${name} is a whole number of pixels from 64 on, not ${size}`, {});
    if (size > mostPixels)
      throw sondeError("limit", `${name} of ${size} pixels`, { what: "pixels", asked: size, allowed: mostPixels, option: name });
  }
  return { width, height };
}

/** What is asked for, or what there is: from the first row to just behind the last. */
export function spanOf(times: readonly BigInt64Array[], asked: TimeRange | undefined): TimeRange {
  if (asked !== undefined) return asked;
  let [start, end] = [maxNanos, minNanos];
  for (const column of times) {
    const [first, last] = [column[0], column.at(-1)];
    if (first !== undefined && first < start) start = first;
    if (last !== undefined && last >= end) end = last + 1n;
  }
  if (end === minNanos) throw sondeError("options", "there are no rows to plot: ask for another range", {});
  return { start, end };
}
