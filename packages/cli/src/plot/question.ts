import type { Description } from "@sonde/core";
import { fieldInfo } from "@sonde/core/connector";
import { exit, failure } from "../exit.js";

/** What may be drawn. */
export const plotKinds = ["lines", "band", "bars", "raster"] as const;
export type PlotKind = (typeof plotKinds)[number];

export type Drawing = { readonly kind: PlotKind | "view"; readonly columns: readonly string[]; readonly leftOut: readonly string[] };

/** Quantities that are drawn where none is named. */
const mostQuantities = 4;

/** What is drawn of a stream: events by their channel, else quantities; the ones that were named, else the first few. */
export function drawingOf(
  id: string,
  { kind, schema }: Description,
  asked: PlotKind | undefined,
  columns: readonly string[] | undefined,
): Drawing {
  if (kind === "frames") throw failure(exit.usage, `${id} holds images: sonde image draws them`);
  const numbers = schema.fields.filter((field) => field.name !== "time" && /^(Int|Uint|Float)\d/.test(String(field.type)));
  const channels = numbers.filter((field) => fieldInfo(field).role === "category");
  if (asked === "raster" || (asked === undefined && kind === "events" && channels.length > 0)) {
    const channel = columns?.[0] ?? channels[0]?.name;
    if (channel === undefined) throw failure(exit.usage, `${id} has no column of channels: name one by --columns`);
    return { kind: "raster", columns: [channel], leftOut: [] };
  }
  const quantities = new Set<string>();
  for (const field of numbers) {
    const { role, statistic, of } = fieldInfo(field);
    if (role === undefined || role === "quantity" || (statistic !== undefined && statistic !== "count")) quantities.add(of ?? field.name);
  }
  const there = [...quantities];
  if (there.length === 0 && columns === undefined)
    throw failure(exit.failure, `${id} has no numbers to draw: sonde head ${id} shows what it has`);
  const drawn = columns ?? there.slice(0, mostQuantities);
  return { kind: asked ?? "view", columns: drawn, leftOut: columns === undefined ? there.slice(mostQuantities) : [] };
}
