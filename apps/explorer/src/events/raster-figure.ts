import { chunksOf, type TimeRange } from "@sonde/core";
import { isTypedArray, type RecordBatch } from "@sonde/core/connector";
import type { Figure, Mark, Theme, TimeTicks } from "@sonde/plot";
import { scaleLinear } from "d3-scale";
import { areaOf, timeAxis } from "../plot/figure.js";
import { pixelsOf } from "../tiles/tile.js";

export type Events = { readonly times: BigInt64Array; readonly channels: Float64Array };

/** Times and channels of batches, in order of time. */
export function eventsOf(batches: readonly RecordBatch[], column: string): Events {
  const rows = batches.reduce((sum, { numRows }) => sum + numRows, 0);
  const [times, channels] = [new BigInt64Array(rows), new Float64Array(rows)];
  let at = 0;
  for (const batch of batches) {
    let row = at;
    for (const chunk of chunksOf(batch, "time")) {
      // Nanoseconds, by the contract.
      times.set((chunk.values as BigInt64Array).subarray(0, chunk.length), row);
      row += chunk.length;
    }
    row = at;
    for (const chunk of chunksOf(batch, column)) {
      const cells: unknown = chunk.values;
      for (let index = 0; index < chunk.length; index++) channels[row++] = isTypedArray(cells) ? Number(cells[index]) : Number.NaN;
    }
    at += batch.numRows;
  }
  return { times, channels };
}

export type RasterFigure = {
  readonly events: Events;
  readonly channels: number;
  readonly range: TimeRange;
  readonly width: number;
  readonly height: number;
  readonly title: string;
  readonly description: string;
  readonly theme: Theme;
  readonly ticks: TimeTicks;
};

/** A stroke for each event in the row of its channel, above them the events of all channels in each column of pixels. */
export function rasterFigure({ events, channels, range, width, height, title, description, theme, ticks }: RasterFigure): Figure {
  const area = areaOf({ width, height });
  const rate = { top: area.top, bottom: area.top + 36 };
  const scale = scaleLinear()
    .domain([-0.5, Math.max(0.5, channels - 0.5)])
    .range([area.bottom, rate.bottom + 10]);
  const half = Math.max(0.75, Math.min(4, (0.42 * (area.bottom - rate.bottom)) / Math.max(1, channels)));
  const x = pixelsOf(events.times, range, area.left, area.right);
  const columns = new Uint32Array(Math.max(1, Math.ceil((area.right - area.left) / 2)));
  const drawn = new Set<number>();
  let path = "";
  for (const [row, at] of x.entries()) {
    if (at < area.left || at > area.right) continue;
    const column = Math.min(columns.length - 1, Math.floor((at - area.left) / 2));
    columns[column] = (columns[column] ?? 0) + 1;
    const channel = events.channels[row] ?? 0;
    // To half a pixel: what falls together is drawn once.
    const key = Math.round(at * 2) * 65_536 + channel;
    if (drawn.has(key)) continue;
    drawn.add(key);
    path += `M${(Math.round(at * 2) / 2).toFixed(1)},${(scale(channel) - half).toFixed(1)}v${(2 * half).toFixed(1)}`;
  }
  const most = columns.reduce((a, b) => Math.max(a, b), 1);
  let bars = "";
  for (const [column, count] of columns.entries()) {
    if (count > 0)
      bars += `M${(area.left + 2 * column).toFixed(1)},${rate.bottom}v${(-(count / most) * (rate.bottom - rate.top)).toFixed(1)}h2V${rate.bottom}Z`;
  }
  const marks: Mark[] = [
    ...scale
      .ticks(Math.min(channels, 8))
      .filter(Number.isInteger)
      .map(
        (channel): Mark => ({
          kind: "text",
          x: area.left - 8,
          y: scale(channel) + 4,
          text: String(channel),
          size: 12,
          fill: theme.muted,
          anchor: "end",
        }),
      ),
    { kind: "text", x: area.left - 8, y: rate.top + 10, text: `≤ ${most}`, size: 11, fill: theme.muted, anchor: "end" },
    { kind: "path", path: bars, fill: theme.series[1] ?? theme.text },
    { kind: "path", path, stroke: theme.series[0] ?? theme.text, width: 1 },
    ...timeAxis(ticks, range, area, theme),
  ];
  return { width, height, background: theme.background, title, description, marks };
}
