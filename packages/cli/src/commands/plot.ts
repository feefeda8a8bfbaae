import { type Description, isEmpty, provenance, type Stream, type TimeRange } from "@sonde/core";
import { fieldInfo, type Table } from "@sonde/core/connector";
import { Command, Option } from "commander";
import { type CommonOptions, type Context, contextOf, type Surroundings, withCommonOptions } from "../context.js";
import { exit, failure } from "../exit.js";
import { counted, printable } from "../output/text.js";
import { planOf, printPlan } from "../plan/plan.js";
import { checkFigureFile, writeFigure } from "../plot/file.js";
import { barsPanel, rasterPanel, seriesPanel } from "../plot/panel.js";
import { type Drawing, drawingOf, type PlotKind, plotKinds } from "../plot/question.js";
import { allTimes, numbers, seriesOf } from "../plot/series.js";
import { type RangeOptions, rangeHelp, rangeText, resolvedRange, withinOf } from "../range.js";
import { withRangeOptions } from "../range-options.js";
import { targetOf, withStream } from "../source.js";
import { listOf, positiveInteger } from "./read.js";

type PlotCommandOptions = CommonOptions &
  RangeOptions & {
    readonly columns?: string;
    readonly kind?: PlotKind;
    readonly output?: string;
    readonly width?: number;
    readonly height?: number;
    readonly title?: string;
    readonly theme?: "light" | "dark";
    readonly zone?: string;
    readonly ratio?: number;
    readonly dryRun?: boolean;
  };

const examples = `
Examples:
  $ sonde plot rec.h5:samples --last 100ms --columns channel_17
  $ sonde plot rec.h5:spikes -o spikes.svg
  $ sonde plot plant:pump/pressure --start 2026-11-01 --end 2026-12-01 --zone Europe/Zurich -o pressure.png`;

/** `sonde plot`: a stream as dots in the terminal, or as a picture in a file. */
export function plotCommand(surroundings: Surroundings): Command {
  const command = withRangeOptions(new Command("plot"))
    .description(
      "Draw a stream: rows as lines where they are few, else the band between least and greatest of equal windows with their mean; events by channel. " +
        "In the terminal, or with -o as a picture.",
    )
    .argument("<source:stream>", "a stream, after the last colon; `sonde ls SOURCE` lists them")
    .option("--columns <names>", "what to draw, separated by commas; the first quantities without")
    .addOption(new Option("--kind <kind>", "instead of what the stream suggests").choices(plotKinds))
    .option("-o, --output <file>", "write .svg or .png")
    .addOption(new Option("--width <count>", "characters in the terminal, pixels in a file").argParser(positiveInteger("--width")))
    .addOption(new Option("--height <count>", "lines of each drawing, pixels in a file").argParser(positiveInteger("--height")))
    .option("--title <text>", "of the picture; the stream's id without")
    .addOption(new Option("--theme <name>", "of the picture").choices(["light", "dark"]))
    .option("--zone <name>", "times in that zone, such as Europe/Zurich; UTC without")
    .addOption(new Option("--ratio <count>", "pixels of a PNG for each of its size: 2 for print").argParser(positiveInteger("--ratio")))
    .option("--dry-run", "tell what would be read, and by whom; read nothing")
    .addHelpText("after", `${rangeHelp}\n${examples}`);
  return withCommonOptions(command).action((text: string, options: PlotCommandOptions) =>
    plot(contextOf(surroundings, options), text, options),
  );
}

async function plot(context: Context, text: string, options: PlotCommandOptions): Promise<void> {
  const { output, zone } = options;
  if (output !== undefined) checkFigureFile(output);
  if (zone !== undefined) checkZone(zone);
  const within = withinOf(options);
  const columns = options.columns === undefined ? undefined : listOf("--columns", options.columns);
  await withStream(context, await targetOf(context, text), async ({ stream, source, name }) => {
    const { signal, say } = context;
    const description = await stream.describe({ signal });
    const drawing = drawingOf(stream.id, description, options.kind, columns);
    const range = resolvedRange(within, description) ?? description.extent ?? undefined;
    const width = options.width ?? (output === undefined ? (context.width ?? 100) : 800);
    const points = output === undefined ? 2 * width : width;
    if (options.dryRun === true) {
      const what = drawing.kind === "raster" ? "every event" : `what a plot of ${points} points needs`;
      const question = { kind: drawing.kind === "raster" ? ("rows" as const) : ("view" as const), what, points };
      return printPlan(context, await planOf(context, { source, stream, name, description, range, columns: drawing.columns, question }));
    }
    if (drawing.leftOut.length > 0)
      say(`drawing ${drawing.columns.join(", ")}; ${counted(drawing.leftOut.length, "column")} left out: choose by --columns`);
    if (range !== undefined) say(`drawing ${rangeText(range)}${isEmpty(range) ? ", which is empty" : ""}`);
    const table = await context.progress({ what: `reading ${stream.id}`, prints: false }, (line) =>
      tableFor(stream, drawing, { range, points, call: { signal, onProgress: line.tell } }),
    );
    if (table.numRows === 0) throw failure(exit.notFound, `${stream.id} has no rows there: sonde info tells where they begin and end`);
    const kind = kindOf(drawing, table);
    sayHow(context, table);
    const shown = range ?? rangeOf(table);
    if (output !== undefined) {
      const { title = stream.id, theme, height, ratio } = options;
      const drawn = { kind, columns: drawing.columns, range: shown };
      await writeFigure(table, output, drawn, { width, height, title: printable(title), theme, zone, ratio });
      say(`drew ${counted(table.numRows, "row")} in ${output}`);
    } else if (!context.json) await print(context, table, kind, { ...drawing, range: shown, width, height: options.height, zone });
    if (context.json) await printJson(context, stream, description, { kind, drawing, table, range: shown, file: output });
  });
}

async function tableFor(
  stream: Stream,
  { kind, columns }: Drawing,
  {
    range,
    points,
    call,
  }: {
    readonly range: TimeRange | undefined;
    readonly points: number;
    readonly call: {
      readonly signal: AbortSignal;
      readonly onProgress: (progress: { readonly rows: number; readonly bytes: number }) => void;
    };
  },
): Promise<Table> {
  const asked = { ...range, ...call, columns };
  return kind === "raster" || kind === "bars" ? stream.read(asked).table() : stream.view({ ...asked, points }).table();
}

/** Lines of rows as stored, a band of windows that have both its sides. */
function kindOf({ kind }: Drawing, { schema }: Table): PlotKind {
  if (kind !== "view") return kind;
  return schema.fields.some((field) => fieldInfo(field).statistic === "min") ? "band" : "lines";
}

function sayHow({ say }: Context, { schema, numRows }: Table): void {
  const origin = provenance(schema);
  if (origin === undefined) return;
  if (origin.method === "raw") say(`${counted(numRows, "row")} as stored`);
  else
    say(
      `${counted(numRows, "row")}: ${origin.method}, computed ${origin.by === "store" ? "by the store" : "here"}, ${origin.exact ? "exact" : "not exact"}`,
    );
}

type Look = Drawing & {
  readonly range: TimeRange;
  readonly width: number;
  readonly height: number | undefined;
  readonly zone: string | undefined;
};

async function print({ out, style }: Context, table: Table, kind: PlotKind, look: Look): Promise<void> {
  const options = { style, width: look.width, height: look.height ?? (kind === "raster" ? 16 : 10), range: look.range, zone: look.zone };
  if (kind === "raster") {
    const [channel = ""] = look.columns;
    return out.write(rasterPanel({ name: channel, times: allTimes(table), channels: numbers(table, channel) }, options));
  }
  const all = seriesOf(table);
  if (kind === "bars") return out.write(barsPanel(all, options));
  for (const series of all) await out.write(seriesPanel(series, options));
}

async function printJson(
  { out }: Context,
  stream: Stream,
  description: Description,
  drawn: {
    readonly kind: PlotKind;
    readonly drawing: Drawing;
    readonly table: Table;
    readonly range: TimeRange;
    readonly file: string | undefined;
  },
): Promise<void> {
  const { plottedSchema } = await import("../schema.js");
  const { kind, drawing, table, range, file } = drawn;
  const facts = { stream: stream.id, kind, streamKind: description.kind, range, columns: [...drawing.columns], rows: table.numRows, file };
  await out.write(`${JSON.stringify(plottedSchema.encode(facts))}\n`);
}

function rangeOf(table: Table): TimeRange {
  const times = allTimes(table);
  return { start: times[0] ?? 0n, end: (times.at(-1) ?? 0n) + 1n };
}

function checkZone(zone: string): void {
  try {
    new Intl.DateTimeFormat("en", { timeZone: zone });
  } catch {
    throw failure(exit.usage, `--zone: there is no zone '${zone}': write a name such as Europe/Zurich, or UTC`);
  }
}
