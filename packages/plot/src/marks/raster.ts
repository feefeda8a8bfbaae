import type { Table } from "@sonde/core/connector";
import type { Figure, Mark } from "../figure.js";
import type { PlotOptions } from "../options.js";
import { extremes, seriesOf } from "../series.js";
import { seriesColour, themeOf } from "../theme.js";
import { chart, spanOf } from "./chart.js";

export type RasterOptions = PlotOptions & {
  /** The column of whole numbers that tells the row: "channel" without. */
  readonly channel?: string | undefined;
};

/** A stroke for each event at its time, in the row of its channel: spikes. As many strokes as there are pixels, however many events. */
export function raster(table: Table, options: RasterOptions = {}): Figure {
  const theme = themeOf(options.theme);
  const { channel = "channel" } = options;
  const { times, values, name } = seriesOf(table, channel);
  const range = spanOf([times], options.range);
  const [least, most] = extremes([values]) ?? [0, 1];
  const span = Number(range.end - range.start) || 1;
  const colour = seriesColour(theme, 0);
  return chart({
    options,
    range,
    extent: [least - 0.5, most + 0.5],
    legend: [{ name: `${times.length} events by ${name}`, colour }],
    kind: "A raster",
    draw(area, scale): Mark[] {
      const half = Math.max(0.5, Math.min(4, (0.4 * (area.bottom - area.top)) / (most - least + 1)));
      const drawn = new Set<string>();
      let path = "";
      for (let row = 0; row < times.length; row++) {
        const value = values[row] ?? Number.NaN;
        if (!Number.isFinite(value)) continue;
        // To a quarter of a pixel: what falls together is drawn once.
        const x = area.left + Math.round(4 * (Number((times[row] ?? 0n) - range.start) / span) * (area.right - area.left)) / 4;
        const key = `${x},${value}`;
        if (drawn.has(key)) continue;
        drawn.add(key);
        path += `M${x},${(scale.at(value) - half).toFixed(2)}v${(2 * half).toFixed(2)}`;
      }
      return [{ kind: "path", path, stroke: colour, width: 1 }];
    },
  });
}
