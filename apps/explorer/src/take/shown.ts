import type { TimeRange } from "@sonde/core";
import type { Level } from "../tiles/level.js";

/** What a panel shows, as a question that can be asked again elsewhere. Without `width` it is rows. */
export type Shown = {
  readonly origin: string;
  readonly source: string;
  readonly stream: string;
  readonly columns: readonly string[];
  readonly range: TimeRange;
  readonly width?: bigint | undefined;
};

export const statistics = ["min", "max", "mean", "count"] as const;
export const formats = ["parquet", "arrow", "csv", "ndjson"] as const;
export type Format = (typeof formats)[number];

/** Windows are asked for whole, so that the same ones come back as stand on the screen. */
export function shownBy(where: Omit<Shown, "range" | "width">, level: Level, range: TimeRange): Shown {
  return level.kind === "windows" ? { ...where, range, width: level.width } : { ...where, range };
}

/** The address of the answer on the server. */
export function addressOf({ origin, source, stream, columns, range, width }: Shown, format: Format): URL {
  const url = new URL(`/v1/${width === undefined ? "read" : "windows"}`, origin);
  const add = (name: string, value: string) => url.searchParams.append(name, value);
  add("source", source);
  add("stream", stream);
  for (const column of columns) add("column", column);
  add("start", String(range.start));
  add("end", String(range.end));
  if (width !== undefined) {
    add("width", String(width));
    for (const statistic of statistics) add("statistic", statistic);
  }
  add("format", format);
  return url;
}
