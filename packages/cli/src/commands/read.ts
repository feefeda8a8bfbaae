import type { Batches, ReadOptions, Statistic, Stream } from "@sonde/core";
import { isEmpty } from "@sonde/core";
import { statisticSchema } from "@sonde/core/schema";
import { Command, Option } from "commander";
import { type CommonOptions, type Context, contextOf, type Surroundings, withCommonOptions } from "../context.js";
import { exit, failure } from "../exit.js";
import { deliver } from "../output/deliver.js";
import { isSameFile } from "../output/file.js";
import { type Format, formatOf, formats } from "../output/format.js";
import { planOf, printPlan, type Question, windowsText } from "../plan/plan.js";
import { type RangeOptions, rangeHelp, rangeText, resolvedRange, spanOf, withinOf } from "../range.js";
import { withRangeOptions } from "../range-options.js";
import { targetOf, withStream } from "../source.js";

type ReadCommandOptions = CommonOptions &
  RangeOptions & {
    readonly columns?: string;
    readonly every?: string;
    readonly agg?: string;
    readonly points?: number;
    readonly output?: string;
    readonly format?: Format;
    readonly dryRun?: boolean;
    readonly requireData?: boolean;
  };

const examples = `
Examples:
  $ sonde read rec.h5:spikes --last 1s
  $ sonde read rec.h5:samples --columns channel_17 --every 10ms --agg min,max,mean -o channel_17.parquet
  $ sonde read rec.h5:data_stream/ball --start 2026-11-22T06:34:06.7Z --span 50ms | jq .x`;

/** `sonde read`: rows, or statistics of them, to stdout or a file. */
export function readCommand(surroundings: Surroundings): Command {
  const command = withRangeOptions(new Command("read"))
    .description("Print the rows of a stream, or write them to a file: as stored, or as statistics of equal windows.")
    .argument("<source:stream>", "a stream, after the last colon; `sonde ls SOURCE` lists them")
    .option("--columns <names>", "only these, separated by commas; time comes along")
    .option("--every <span>", "one row for each window of this width, windows counted from 1970")
    .option("--agg <names>", `what of each window: ${statisticSchema.options.join(", ")}`)
    .addOption(new Option("--points <count>", "about this many rows, as a plot needs them").argParser(positiveInteger("--points")))
    .option("-o, --output <file>", "write .csv, .ndjson, .arrow or .parquet; - is stdout")
    .addOption(new Option("--format <format>", "instead of what the file's extension says").choices(formats))
    .option("--require-data", "end with 3 where there are no rows")
    .option("--dry-run", "tell what would be read, and by whom; read nothing")
    .addHelpText("after", rangeHelp + "\n" + examples);
  return withCommonOptions(command).action((text: string, options: ReadCommandOptions) =>
    read(contextOf(surroundings, options), text, options),
  );
}

async function read(context: Context, text: string, options: ReadCommandOptions): Promise<void> {
  // All that can be wrong with the options is said before anything is opened.
  const { output } = options;
  const format = formatOf({ format: options.format, output, json: context.json, isTTY: context.isTTY });
  const within = withinOf(options);
  const columns = options.columns === undefined ? undefined : listOf("--columns", options.columns);
  const ask = questionOf(options);
  const target = await targetOf(context, text);
  const file = output === "-" ? undefined : output;
  if (file !== undefined && (await isSameFile(file, target.source))) {
    throw failure(exit.usage, `${file} is what is read: write to another file`);
  }
  await withStream(context, target, async ({ stream, source, name }) => {
    const { signal } = context;
    const description = await stream.describe({ signal });
    const range = resolvedRange(within, description);
    if (options.dryRun === true) {
      return printPlan(context, await planOf(context, { source, stream, name, description, range, columns, question: ask }));
    }
    if (range !== undefined) context.say(`reading ${rangeText(range)}${isEmpty(range) ? ", which is empty" : ""}`);
    else if (within.last !== undefined) context.say(`reading the last ${options.last}`);
    else context.say(`reading everything${description.extent ? `: ${rangeText(description.extent)}` : ""}`);
    await context.progress({ what: `reading ${stream.id}`, prints: file === undefined }, async (line) => {
      // What was said is what is read; an end that was not given stays open.
      const bounds = within.last !== undefined && range !== undefined ? range : within;
      const batches = ask.of(stream, { ...bounds, columns, signal, onProgress: (progress) => line.tell(progress) });
      const rows = await deliver(context, batches, { format, file });
      if (rows === 0 && options.requireData === true)
        throw failure(exit.notFound, `${stream.id} has no rows there, and --require-data asks for some`);
    });
  });
}

type Asked = Question & { of(stream: Stream, options: ReadOptions): Batches };

/** Rows as they are, windows, or what a plot needs. */
function questionOf({ every, agg, points }: ReadCommandOptions): Asked {
  if (every !== undefined) {
    if (points !== undefined) throw failure(exit.usage, "--every and --points are two ways to ask for less: give one of them");
    const width = spanOf("--every", every);
    if (width === 0n) throw failure(exit.usage, "--every: a window is at least 1ns wide");
    const statistics = agg === undefined ? undefined : listOf("--agg", agg).map(statisticOf);
    const of = (stream: Stream, options: ReadOptions) => stream.windows({ ...options, width, statistics });
    return { kind: "windows", what: windowsText(width, statistics), width, of };
  }
  if (agg !== undefined) throw failure(exit.usage, "--agg says what of each window: give their width by --every 1s");
  if (points === undefined) return { kind: "rows", what: "rows as stored", of: (stream, options) => stream.read(options) };
  return {
    kind: "view",
    what: `what a plot of ${points} points needs`,
    points,
    of: (stream, options) => stream.view({ ...options, points }),
  };
}

function statisticOf(name: string): Statistic {
  const known = statisticSchema.safeParse(name);
  if (known.success) return known.data;
  throw failure(exit.usage, `--agg: there is no statistic '${name}': choose of ${statisticSchema.options.join(", ")}`);
}

/** "a, b" as its parts. */
export function listOf(option: string, text: string): string[] {
  const parts = text.split(",").map((part) => part.trim());
  if (parts.includes("")) throw failure(exit.usage, `${option}: a name is empty: write a,b`);
  return parts;
}

export function positiveInteger(option: string): (text: string) => number {
  return (text) => {
    const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
    if (Number.isSafeInteger(value) && value > 0) return value;
    throw failure(exit.usage, `${option}: '${text}' is not a whole number from 1 on`);
  };
}
