import { sondeError } from "@sonde/core";
import { fieldInfo, type Table } from "@sonde/core/connector";
import { area as areaShape, line } from "d3-shape";
import type { Figure, Mark } from "../figure.js";
import type { PlotOptions } from "../options.js";
import { extremes, seriesOf } from "../series.js";
import { seriesColour, themeOf } from "../theme.js";
import { chart, spanOf } from "./chart.js";
import { withUnit } from "./lines.js";

export type BandOptions = PlotOptions & {
  /** The quantities whose statistics the table holds (`value` of `min_value`, `mean_value`, `max_value`); all of them without. */
  readonly of?: readonly string[] | undefined;
};

type Bands = { readonly of: string; readonly min?: string; readonly max?: string; readonly mean?: string };

/**
 * What windows say of each quantity: the band between least and greatest, and the mean in it as a line. The columns are found by what
 * their metadata say, never by their names. A window that is missing is a gap: the band ends and begins again.
 *
 * @example
 * ```ts
 * const figure = band(await stream.view({ points: 800 }).table(), { title: "vibration" });
 * ```
 */
export function band(table: Table, options: BandOptions = {}): Figure {
  const theme = themeOf(options.theme);
  const found = bandsOf(table).filter(({ of }) => options.of === undefined || options.of.includes(of));
  if (found.length === 0) {
    const there = bandsOf(table).map(({ of }) => of);
    throw sondeError(
      "not-found",
      `no statistics of ${options.of?.join(", ") ?? "any quantity"} to draw a band of: there are ${there.join(", ") || "none: plot lines"}`,
      {
        id: options.of?.[0] ?? "statistics",
      },
    );
  }
  const drawn = found.map(({ of, min, max, mean }, index) => {
    const read = (name: string | undefined) => (name === undefined ? undefined : seriesOf(table, name));
    return { of, low: read(min), high: read(max), mid: read(mean), colour: seriesColour(theme, index) };
  });
  const all = drawn.flatMap(({ low, high, mid }) => [low, high, mid].filter((one) => one !== undefined));
  const range = spanOf(
    all.map(({ times }) => times),
    options.range,
  );
  const span = Number(range.end - range.start) || 1;
  return chart({
    options,
    range,
    extent: extremes(all.map(({ values }) => values)) ?? [0, 1],
    legend: drawn.map(({ of, low, mid, colour }) => ({ name: withUnit(of, mid?.unit ?? low?.unit), colour })),
    kind: "The band between least and greatest, with the mean,",
    draw: (area, scale) =>
      drawn.flatMap(({ low, high, mid, colour }): Mark[] => {
        const marks: Mark[] = [];
        const x = (times: BigInt64Array) => (_: unknown, at: number) =>
          area.left + (Number((times[at] ?? 0n) - range.start) / span) * (area.right - area.left);
        if (low !== undefined && high !== undefined) {
          const shape = areaShape<number>()
            .defined((_, at) => Number.isFinite(low.values[at]) && Number.isFinite(high.values[at]))
            .x(x(low.times))
            .y0((_, at) => scale.at(low.values[at] ?? 0))
            .y1((_, at) => scale.at(high.values[at] ?? 0))
            .digits(2);
          marks.push({ kind: "path", path: shape(low.values) ?? "", fill: colour, opacity: 0.25 });
        }
        if (mid !== undefined) {
          const shape = line<number>()
            .defined((_, at) => Number.isFinite(mid.values[at]))
            .x(x(mid.times))
            .y((_, at) => scale.at(mid.values[at] ?? 0))
            .digits(2);
          marks.push({ kind: "path", path: shape(mid.values) ?? "", stroke: colour, width: 1.5 });
        }
        return marks;
      }),
  });
}

/** The statistics of each quantity, by metadata. */
function bandsOf(table: Table): Bands[] {
  const bands = new Map<string, Bands>();
  for (const field of table.schema.fields) {
    const { statistic, of } = fieldInfo(field);
    if (of === undefined || (statistic !== "min" && statistic !== "max" && statistic !== "mean")) continue;
    bands.set(of, { ...(bands.get(of) ?? { of }), [statistic]: field.name });
  }
  return [...bands.values()];
}
