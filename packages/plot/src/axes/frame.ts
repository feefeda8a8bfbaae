import type { TimeRange } from "@sonde/core";
import type { Mark } from "../figure.js";
import type { Theme } from "../theme.js";
import { timeTicks } from "./time-ticks.js";
import { type ValueScale, valueScale } from "./value-ticks.js";

/** The rectangle that data are drawn into, in pixels. */
export type Area = { readonly left: number; readonly top: number; readonly right: number; readonly bottom: number };

export const fontSize = 12;

/** Room that a text takes, about: letters of a sans-serif are a little over half as wide as high. */
export function textWidth(text: string, size = fontSize): number {
  return text.length * size * 0.58;
}

export type FrameOptions = {
  readonly width: number;
  readonly height: number;
  readonly title: string;
  readonly theme: Theme;
  /** Names and colours of what is drawn; shown where there are several, or units. */
  readonly legend: readonly { readonly name: string; readonly colour: string }[];
};

/** Title and legend on top; what is left over is for the data. `leftRoom` is for the labels of the axis there. */
export function frame(
  { width, height, title, theme, legend }: FrameOptions,
  leftRoom: number,
): { readonly area: Area; readonly marks: Mark[] } {
  const marks: Mark[] = [];
  let top = 12;
  if (title !== "") {
    marks.push({ kind: "text", x: 12, y: top + 10, text: title, size: 14, fill: theme.text, bold: true });
    top += 22;
  }
  if (legend.length > 0) {
    let x = 12;
    for (const { name, colour } of legend) {
      const room = 18 + textWidth(name) + 14;
      if (x + room > width && x > 12) {
        x = 12;
        top += 18;
      }
      marks.push({ kind: "path", path: `M${x},${top + 6}h12`, stroke: colour, width: 3 });
      marks.push({ kind: "text", x: x + 18, y: top + 10, text: name, size: fontSize, fill: theme.muted });
      x += room;
    }
    top += 20;
  }
  return { area: { left: Math.ceil(leftRoom), top: top + 6, right: width - 16, bottom: height - 40 }, marks };
}

/** Lines across at round values, each with its label at the left. */
export function valueAxis(scale: ValueScale, area: Area, theme: Theme): Mark[] {
  return scale.ticks.flatMap(({ value, label }): Mark[] => {
    const y = Math.round(scale.at(value)) + 0.5;
    return [
      { kind: "path", path: `M${area.left},${y}H${area.right}`, stroke: theme.grid, width: 1 },
      { kind: "text", x: area.left - 8, y: y + 4, text: label, size: fontSize, fill: theme.muted, anchor: "end" },
    ];
  });
}

/** Ticks below at round times; what their labels leave out stands in the corner. */
export function timeAxis(range: TimeRange, area: Area, theme: Theme, zone: string | undefined): Mark[] {
  const { ticks, context } = timeTicks(range, Math.max(2, Math.floor((area.right - area.left) / 90)), zone);
  const marks: Mark[] = [{ kind: "path", path: `M${area.left},${area.bottom + 0.5}H${area.right}`, stroke: theme.muted, width: 1 }];
  let free = Number.NEGATIVE_INFINITY;
  for (const { time, label } of ticks) {
    const x = area.left + (Number(time - range.start) / (Number(range.end - range.start) || 1)) * (area.right - area.left);
    marks.push({ kind: "path", path: `M${Math.round(x) + 0.5},${area.bottom}v5`, stroke: theme.muted, width: 1 });
    const half = textWidth(label) / 2;
    // Labels never touch: one that has no room is left out, its tick stays.
    if (x - half < free) continue;
    free = x + half + 8;
    marks.push({ kind: "text", x, y: area.bottom + 18, text: label, size: fontSize, fill: theme.muted, anchor: "middle" });
  }
  marks.push({ kind: "text", x: area.right, y: area.bottom + 34, text: context, size: 11, fill: theme.muted, anchor: "end" });
  return marks;
}

/** A scale for values between the title and the time axis, and the room that its labels need. */
export function scaleAndRoom(
  extent: readonly [number, number],
  top: number,
  bottom: number,
): { readonly scale: ValueScale; readonly room: number } {
  const scale = valueScale(extent, top, bottom);
  return { scale, room: 16 + Math.max(...scale.ticks.map(({ label }) => textWidth(label))) };
}
