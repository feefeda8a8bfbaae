import { formatNanos, formatSpan, type TimeRange } from "@sonde/core";
import type { Style } from "../output/style.js";
import { printable, widthOf } from "../output/text.js";
import { createDots, type Dots } from "./dots.js";
import type { Series } from "./series.js";

export type PanelOptions = {
  readonly style: Style;
  /** Characters of a line. */
  readonly width: number;
  /** Lines of the drawing, without axis and title. */
  readonly height: number;
  readonly range: TimeRange;
  readonly zone?: string | undefined;
};

/** Characters that the value axis takes. */
const margin = 11;

/**
 * A quantity as a drawing of dots: the mean, or the rows themselves, as a line, the band between least and greatest as a grid of dots
 * behind it. Rows that are missing leave a gap.
 */
export function seriesPanel({ name, unit, times, low, mid, high }: Series, options: PanelOptions): string {
  const { width, height, range } = options;
  const dots = createDots(Math.max(10, width - margin), height);
  const [least, most] = bounds(low, high);
  const x = placer(range, dots.width);
  const y = (value: number) => Math.round(((most - value) / (most - least)) * (dots.height - 1));
  let before: { readonly x: number; readonly y: number } | undefined;
  for (let row = 0; row < times.length; row++) {
    const [at, from, to] = [x(times[row] ?? 0n), y(high[row] ?? Number.NaN), y(low[row] ?? Number.NaN)];
    for (let dot = from; dot <= to; dot++) if ((at + dot) % 2 === 0) dots.set(at, dot);
    const value = mid[row] ?? Number.NaN;
    const here = Number.isFinite(value) ? { x: at, y: y(value) } : undefined;
    if (here !== undefined) line(dots, before ?? here, here);
    before = here;
  }
  return framed(dots, [numberText(most), numberText(least)], `${name}${unit === "" ? "" : ` [${unit}]`}`, options);
}

/** Events as strokes in the row of their channel, or in one row without. */
export function rasterPanel(
  events: { readonly name: string; readonly times: BigInt64Array; readonly channels: Float64Array },
  options: PanelOptions,
): string {
  const { name, times, channels } = events;
  const dots = createDots(Math.max(10, options.width - margin), options.height);
  const [least, most] = bounds(channels, channels);
  const single = channels.every((channel) => channel === channels[0]);
  // As high as the row of a channel, but for a gap.
  const stroke = single ? dots.height : Math.max(1, Math.min(4, Math.floor(dots.height / (most - least + 1)) - 1));
  const x = placer(options.range, dots.width);
  for (let row = 0; row < times.length; row++) {
    const channel = channels[row] ?? Number.NaN;
    if (!Number.isFinite(channel)) continue;
    const top = single ? 0 : Math.round(((channel - least) / (most - least)) * (dots.height - stroke));
    for (let dot = 0; dot < stroke; dot++) dots.set(x(times[row] ?? 0n), top + dot);
  }
  return framed(dots, [numberText(least), numberText(most)], `${times.length} events by ${name}`, options);
}

/** The last row as bars, one a quantity, from zero. */
export function barsPanel(all: readonly Series[], { style, width }: PanelOptions): string {
  const last = all.map(({ mid }) => mid.at(-1) ?? Number.NaN);
  const most = Math.max(...last.map((value) => (Number.isFinite(value) ? Math.abs(value) : 0))) || 1;
  const longest = Math.max(...all.map(({ name }) => widthOf(printable(name))));
  return all
    .map(({ name, unit }, index) => {
      const value = last[index] ?? Number.NaN;
      const room = Math.max(5, width - longest - 16);
      const bar = Number.isFinite(value) ? "█".repeat(Math.round((Math.abs(value) / most) * room)) : "";
      return `${printable(name).padEnd(longest)}  ${style.cyan(value < 0 ? bar.replaceAll("█", "▒") : bar)} ${numberText(value)} ${printable(unit)}`.trimEnd();
    })
    .join("\n")
    .concat("\n");
}

function framed(dots: Dots, [top, bottom]: readonly [string, string], title: string, { style, range, zone, width }: PanelOptions): string {
  const lines = dots.lines();
  const label = (index: number) => (index === 0 ? top : index === lines.length - 1 ? bottom : "").padStart(margin - 3);
  const body = lines.map((text, index) =>
    `${label(index)} ${index === 0 || index === lines.length - 1 ? "┤" : "│"} ${style.cyan(text.trimEnd())}`.trimEnd(),
  );
  return `${" ".repeat(margin)}${style.bold(printable(title))}\n${body.join("\n")}\n${axis(range, zone, dots.width / 2, width)}`;
}

/** Where the drawing begins and ends in time, and how long that is. */
function axis({ start, end }: TimeRange, zone: string | undefined, columns: number, width: number): string {
  const [from, to] = [instantText(start, zone), instantText(end, zone)];
  const span = formatSpan(end - start);
  const ruler = `${" ".repeat(margin - 2)}└${"─".repeat(columns + 1)}\n`;
  const room = width - margin - from.length - to.length - span.length;
  if (room < 2) return `${ruler}${" ".repeat(margin)}${from}\n${" ".repeat(margin)}${to} (${span})\n`;
  const left = Math.floor(room / 2);
  return `${ruler}${" ".repeat(margin)}${from}${" ".repeat(left)}${span}${" ".repeat(room - left)}${to}\n`;
}

/** Without the zeros at the end of its fraction. */
function instantText(nanos: bigint, zone: string | undefined): string {
  return formatNanos(nanos, zone === undefined ? {} : { zone }).replace(/\.?0+(?=Z|[+-]\d\d:\d\d)/, (zeros) =>
    zeros.startsWith(".") ? "" : "",
  );
}

function placer({ start, end }: TimeRange, width: number): (time: bigint) => number {
  const span = Number(end - start) || 1;
  return (time) => Math.floor((Number(time - start) / span) * (width - 1));
}

/** Least and greatest of finite values; equal ones are moved apart. */
function bounds(low: Float64Array, high: Float64Array): [number, number] {
  let [least, most] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of low) if (value < least) least = value;
  for (const value of high) if (value > most && value !== Number.POSITIVE_INFINITY) most = value;
  if (!Number.isFinite(least) || !Number.isFinite(most)) return [0, 1];
  return least < most ? [least, most] : [least - 0.5, most + 0.5];
}

/** Dots between two places: as many as the longer side. */
function line(dots: Dots, from: { readonly x: number; readonly y: number }, to: { readonly x: number; readonly y: number }): void {
  const steps = Math.max(Math.abs(to.x - from.x), Math.abs(to.y - from.y), 1);
  for (let step = 0; step <= steps; step++) {
    dots.set(Math.round(from.x + ((to.x - from.x) * step) / steps), Math.round(from.y + ((to.y - from.y) * step) / steps));
  }
}

function numberText(value: number): string {
  if (!Number.isFinite(value)) return "-";
  const text = String(Number(value.toPrecision(4)));
  return text.length > 8 ? value.toExponential(1) : text;
}
