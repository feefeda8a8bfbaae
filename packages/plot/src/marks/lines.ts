import type { Table } from "@sonde/core/connector";
import { line } from "d3-shape";
import type { Figure, Mark } from "../figure.js";
import type { PlotOptions } from "../options.js";
import { visiblePoints } from "../reduce.js";
import { extremes, numberColumns, seriesOf } from "../series.js";
import { seriesColour, themeOf } from "../theme.js";
import { chart, spanOf } from "./chart.js";

export type LinesOptions = PlotOptions & {
  /** The columns to draw; all numbers but ticks and counts without. */
  readonly columns?: readonly string[] | undefined;
};

/**
 * A line for each column over time. A missing value is a gap. However many rows there are, the picture is that of all of them, at the cost of
 * one pass: a pixel column keeps its first, least, greatest and last.
 *
 * @example
 * ```ts
 * const figure = lines(await stream.table({ last: "5s" }), { title: "acc-5" });
 * await writeFile("signal.svg", toSvg(figure));
 * ```
 */
export function lines(table: Table, options: LinesOptions = {}): Figure {
  const theme = themeOf(options.theme);
  const all = (options.columns ?? numberColumns(table)).map((name) => seriesOf(table, name));
  const range = spanOf(
    all.map(({ times }) => times),
    options.range,
  );
  return chart({
    options,
    range,
    extent: extremes(all.map(({ values }) => values)) ?? [0, 1],
    legend: all.map(({ name, unit }, index) => ({ name: withUnit(name, unit), colour: seriesColour(theme, index) })),
    kind: all.length === 1 ? "A line" : "Lines",
    draw: (area, scale) =>
      all.map(({ times, values }, index): Mark => {
        const points = visiblePoints(times, values, range, area.left, area.right);
        const path = line<number>()
          .defined((_, at) => !Number.isNaN(points.x[at]))
          .x((_, at) => points.x[at] ?? 0)
          .y((_, at) => scale.at(points.y[at] ?? 0))
          .digits(2)(points.x);
        return { kind: "path", path: path ?? "", stroke: seriesColour(theme, index), width: 1.5 };
      }),
  });
}

export function withUnit(name: string, unit: string | undefined): string {
  return unit === undefined || unit === "" ? name : `${name} (${unit})`;
}
