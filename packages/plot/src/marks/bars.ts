import type { Table } from "@sonde/core/connector";
import type { Figure, Mark } from "../figure.js";
import type { PlotOptions } from "../options.js";
import { extremes, numberColumns, seriesOf } from "../series.js";
import { seriesColour, themeOf } from "../theme.js";
import { chart, spanOf } from "./chart.js";
import { withUnit } from "./lines.js";

export type BarsOptions = PlotOptions & {
  /** Side by side at each time; all numbers but ticks and counts without. */
  readonly columns?: readonly string[] | undefined;
};

/** A group of bars for each row, one bar a column, from zero. As many rows as the width has room for: some hundred. */
export function bars(table: Table, options: BarsOptions = {}): Figure {
  const theme = themeOf(options.theme);
  const all = (options.columns ?? numberColumns(table)).map((name) => seriesOf(table, name));
  const range = widened(
    spanOf(
      all.map(({ times }) => times),
      options.range,
    ),
    table.numRows,
    options.range === undefined,
  );
  const [least, most] = extremes(all.map(({ values }) => values)) ?? [0, 1];
  const span = Number(range.end - range.start) || 1;
  return chart({
    options,
    range,
    extent: [Math.min(0, least), Math.max(0, most)],
    legend: all.map(({ name, unit }, index) => ({ name: withUnit(name, unit), colour: seriesColour(theme, index) })),
    kind: "Bars",
    draw(area, scale) {
      const group = ((area.right - area.left) / Math.max(1, table.numRows)) * 0.8;
      const width = Math.max(0.5, group / Math.max(1, all.length));
      const zero = scale.at(0);
      return all.map(({ times, values }, index): Mark => {
        let path = "";
        for (let row = 0; row < values.length; row++) {
          const value = values[row] ?? Number.NaN;
          if (!Number.isFinite(value)) continue;
          const centre = area.left + (Number((times[row] ?? 0n) - range.start) / span) * (area.right - area.left);
          const x = centre - group / 2 + index * width;
          path += `M${x.toFixed(2)},${zero.toFixed(2)}h${width.toFixed(2)}V${scale.at(value).toFixed(2)}h${(-width).toFixed(2)}Z`;
        }
        return { kind: "path", path, fill: seriesColour(theme, index) };
      });
    },
  });
}

/** Half a group's room on both sides, so that the first and last bars are whole. */
function widened(range: { readonly start: bigint; readonly end: bigint }, rows: number, widen: boolean) {
  if (!widen) return range;
  const room = (range.end - range.start) / BigInt(2 * Math.max(1, rows)) + 1n;
  return { start: range.start - room, end: range.end + room };
}
