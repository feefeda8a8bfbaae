import { extname } from "node:path";
import type { TimeRange } from "@sonde/core";
import type { Table } from "@sonde/core/connector";
import type { PlotOptions } from "@sonde/plot";
import { exit, failure } from "../exit.js";
import { createOutputFile } from "../output/file.js";
import type { PlotKind } from "./question.js";

export type FigureOptions = PlotOptions & { readonly ratio?: number | undefined };

/** Refuses what is neither SVG nor PNG, before anything is opened. */
export function checkFigureFile(file: string): void {
  if (![".svg", ".png"].includes(extname(file).toLowerCase())) throw failure(exit.usage, `${file}: a plot is written as .svg or .png`);
}

/** Draws a table into a file, which bears its name only when it is whole. */
export async function writeFigure(
  table: Table,
  file: string,
  { kind, columns, range }: { readonly kind: PlotKind; readonly columns: readonly string[]; readonly range: TimeRange | undefined },
  { ratio, ...options }: FigureOptions,
): Promise<void> {
  const { band, bars, lines, raster, toPng, toSvg } = await import("@sonde/plot");
  const given = { ...options, range };
  const draw = {
    lines: () => lines(table, { ...given, columns }),
    band: () => band(table, { ...given, of: columns }),
    bars: () => bars(table, { ...given, columns }),
    raster: () => raster(table, { ...given, channel: columns[0] }),
  }[kind];
  const figure = draw();
  const bytes = extname(file).toLowerCase() === ".svg" ? toSvg(figure) : await toPng(figure, { ratio });
  await writeWholeFile(file, bytes);
}

export async function writeWholeFile(file: string, bytes: string | Uint8Array): Promise<void> {
  const output = await createOutputFile(file);
  try {
    await output.write(bytes);
  } catch (error) {
    await output.discard();
    throw error;
  }
  await output.finish();
}
