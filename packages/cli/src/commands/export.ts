import { basename } from "node:path";
import type { Description, ReadOptions, Stream, Within } from "@sonde/core";
import { mapConcurrent } from "@sonde/core/bytes";
import { Command, Option } from "commander";
import { isUrl } from "../address.js";
import { type CommonOptions, type Context, contextOf, type Surroundings, withCommonOptions } from "../context.js";
import { exit, exitCodeOf, failure } from "../exit.js";
import { type ExportQuestion, type Manifest, openManifest } from "../export/manifest.js";
import { type ExportFormat, exportFormats, exportStream } from "../export/stream.js";
import { bytesText } from "../output/progress.js";
import { counted, printable } from "../output/text.js";
import { planOf, printPlan } from "../plan/plan.js";
import { type RangeOptions, rangeHelp, rangeText, resolvedRange, spanOf, withinOf } from "../range.js";
import { withRangeOptions } from "../range-options.js";
import { type OpenSource, openSource, targetOf } from "../source.js";
import { listOf, positiveInteger } from "./read.js";

type ExportOptions = CommonOptions &
  RangeOptions & {
    readonly output: string;
    readonly format: ExportFormat;
    readonly layout: "flat" | "hive";
    readonly columns?: string;
    readonly every?: string;
    readonly jobs: number;
    readonly dryRun?: boolean;
  };

const examples = `
Examples:
  $ sonde export rec.h5 -o rec
  $ sonde export plant:pumps/ --start 2026-11-01 --end 2026-12-01 --layout hive -o november
  $ sonde export plant:a plant:b --every 1s --format csv -o seconds

A file bears its name only when it is whole. After a kill, the same command again goes on where it stopped: sonde-export.ndjson in
the folder tells what is there. SHA256SUMS, written at the end, is what \`sha256sum -c SHA256SUMS\` checks.`;

/** `sonde export`: many streams into a folder, so that it can be stopped and taken up again. */
export function exportCommand(surroundings: Surroundings): Command {
  const command = withRangeOptions(new Command("export"))
    .description(
      "Write the streams of sources to a folder, a file a stream or (--layout hive) a file an hour: stream=/year=/month=/day=/hour=.",
    )
    .argument("<sources...>", "SOURCE for all of its streams, SOURCE:STREAM for one, SOURCE:PREFIX/ for those below")
    .requiredOption("-o, --output <folder>", "where to; a folder of an earlier run is taken up again")
    .addOption(new Option("--format <format>", "of the files").choices(exportFormats).default("parquet"))
    .addOption(new Option("--layout <layout>", "a file a stream, or an hour").choices(["flat", "hive"]).default("flat"))
    .option("--columns <names>", "only these, separated by commas; time comes along")
    .option("--every <span>", "one row for each window of this width")
    .addOption(new Option("--jobs <count>", "streams at a time").argParser(positiveInteger("--jobs")).default(4))
    .option("--dry-run", "tell what would be read of each stream; write nothing")
    .addHelpText("after", `${rangeHelp}\n${examples}`);
  return withCommonOptions(command).action((texts: readonly string[], options: ExportOptions) =>
    run(contextOf(surroundings, options), texts, options),
  );
}

type Chosen = { readonly stream: Stream; readonly open: OpenSource; readonly name: string };

async function run(context: Context, texts: readonly string[], options: ExportOptions): Promise<void> {
  const within = withinOf(options);
  if (options.columns !== undefined) listOf("--columns", options.columns);
  if (options.every !== undefined && spanOf("--every", options.every) === 0n)
    throw failure(exit.usage, "--every: a window is at least 1ns wide");
  const opened = new Map<string, OpenSource>();
  try {
    const chosen = await choose(context, texts, opened);
    if (options.dryRun === true) return await plan(context, chosen, within, options);
    const manifest = await openManifest(options.output, askedOf(texts, options), () => pinned(within));
    try {
      await write(context, chosen, manifest, options);
    } finally {
      await manifest.close();
    }
  } finally {
    for (const { source } of opened.values()) await source.close().catch(() => {});
  }
}

/** The streams that are meant, each once. */
async function choose(context: Context, texts: readonly string[], opened: Map<string, OpenSource>): Promise<Chosen[]> {
  const { signal } = context;
  const chosen = new Map<string, Chosen>();
  const targets = await Promise.all(texts.map((text) => targetOf(context, text)));
  const several = new Set(targets.map(({ source }) => source)).size > 1;
  for (const { source: text, stream: id } of targets) {
    const open = opened.get(text) ?? (await openSource(context, text));
    opened.set(text, open);
    const add = (stream: Stream) => {
      const name = several ? `${sourceName(text)}/${stream.id}` : stream.id;
      const before = chosen.get(name);
      if (before !== undefined && before.open !== open)
        throw failure(exit.usage, `two sources would be called ${sourceName(text)}: export them to two folders`);
      chosen.set(name, { stream, open, name });
    };
    if (id !== undefined && id !== "" && !id.endsWith("/")) {
      add(await open.source.stream(id, { signal }));
      continue;
    }
    let found = 0;
    for await (const stream of open.source.streams({ signal })) {
      if (id !== undefined && !stream.id.startsWith(id)) continue;
      add(stream);
      found += 1;
    }
    if (found === 0) throw failure(exit.notFound, `${open.name} has no streams${id ? ` below ${id}` : ""}: sonde ls lists them`);
  }
  return [...chosen.values()];
}

const sourceName = (source: string): string => (isUrl(source) ? source.replace(/^[^/]*\/\//, "").replace(/[?#].*$/, "") : basename(source));

async function write(context: Context, chosen: readonly Chosen[], manifest: Manifest, options: ExportOptions): Promise<void> {
  const { signal, say, warn, out, json } = context;
  const bounds = boundsOf(manifest.question);
  say(
    `exporting ${counted(chosen.length, "stream")} to ${options.output}: ${bounds.last === undefined ? rangeSaid(bounds) : `the last ${options.last} of each`}`,
  );
  const before = chosen.filter(({ name }) => manifest.isDone(name)).length;
  if (before > 0) say(`${counted(before, "stream")} ${before === 1 ? "is" : "are"} there already`);
  const failures: unknown[] = [];
  await context.progress({ what: `exporting to ${options.output}`, prints: json }, async (line) => {
    let [rows, bytes] = [0, 0];
    const one = async ({ stream, name }: Chosen, call: { readonly signal: AbortSignal }): Promise<void> => {
      try {
        await exportStream({
          folder: options.output,
          manifest,
          stream,
          name,
          format: options.format,
          layout: options.layout,
          read: (from) => batchesOf(stream, bounds, from, options, call.signal),
          async wrote(file) {
            line.tell({ rows: (rows += file.rows), bytes: (bytes += file.bytes) });
            if (json)
              await out.write(
                `${JSON.stringify({ stream: file.stream, file: file.file, rows: file.rows, bytes: file.bytes, sha256: file.sha256 })}\n`,
              );
          },
        });
      } catch (error) {
        signal.throwIfAborted();
        // The others are worth having.
        failures.push(error);
        warn(`${name}: ${error instanceof Error ? error.message : String(error)}`);
      }
    };
    const running: Promise<void>[] = [];
    const begun = (each: Chosen, call: { readonly signal: AbortSignal }) => {
      const work = one(each, call);
      running.push(work);
      return work;
    };
    try {
      for await (const _ of mapConcurrent(chosen, options.jobs, begun, { signal }));
    } finally {
      // Half files are taken away before the command ends.
      await Promise.allSettled(running);
    }
  });
  const [first] = failures;
  if (first !== undefined) {
    throw failure(
      exitCodeOf(first, signal),
      `${counted(failures.length, "stream")} of ${chosen.length} could not be exported; the same command again tries ${failures.length === 1 ? "it" : "them"} anew`,
      first,
    );
  }
  await manifest.finish();
  const files = manifest.files();
  const total = files.reduce((sum, { rows, bytes }) => ({ rows: sum.rows + rows, bytes: sum.bytes + bytes }), { rows: 0, bytes: 0 });
  say(`${counted(total.rows, "row")} in ${counted(files.length, "file")}, ${bytesText(total.bytes)}; checksums in SHA256SUMS`);
}

function batchesOf(stream: Stream, bounds: Within, from: bigint | undefined, { columns, every }: ExportOptions, signal: AbortSignal) {
  // An hour that is there already is not asked for again; `last` is counted anew, and cut there.
  const range: Within = from === undefined ? bounds : bounds.last === undefined ? { start: from, end: bounds.end } : { start: from };
  const asked: ReadOptions = { ...range, columns: columns === undefined ? undefined : listOf("--columns", columns), signal };
  return every === undefined ? stream.read(asked) : stream.windows({ ...asked, width: spanOf("--every", every) });
}

async function plan(context: Context, chosen: readonly Chosen[], within: Within, { columns, every }: ExportOptions): Promise<void> {
  const list = columns === undefined ? undefined : listOf("--columns", columns);
  const width = every === undefined ? undefined : spanOf("--every", every);
  const question =
    width === undefined
      ? { kind: "rows" as const, what: "rows as stored" }
      : { kind: "windows" as const, what: `windows of ${every}`, width };
  let first = true;
  for (const { stream, open } of chosen) {
    const description: Description = await stream.describe({ signal: context.signal });
    const planned = await planOf(context, {
      source: open.source,
      stream,
      name: open.name,
      description,
      range: resolvedRange(within, description),
      columns: list,
      question,
    });
    if (!first && !context.json) await context.out.write("\n");
    first = false;
    await printPlan(context, planned);
  }
}

/** What makes two runs the same export: the options as they were written. */
function askedOf(texts: readonly string[], { start, end, span, last, columns, every, format, layout }: ExportOptions): ExportQuestion {
  const or = (text: string | undefined) => text ?? null;
  return {
    sources: [...texts].map(printable),
    start: or(start),
    end: or(end),
    span: or(span),
    last: or(last),
    columns: or(columns),
    every: or(every),
    format,
    layout,
  };
}

/** The bounds as instants: "now" stays that of the first run. */
function pinned(within: Within): ExportQuestion {
  if (within.last !== undefined) return { last: String(within.last) };
  const { start, end, span } = within;
  const [from, length] = [start as bigint | undefined, span as bigint | undefined]; // as `withinOf` gives them
  const to = length === undefined ? (end as bigint | undefined) : (from ?? 0n) + length;
  return { start: from === undefined ? null : String(from), end: to === undefined ? null : String(to) };
}

function boundsOf({ start, end, last }: ExportQuestion): Within {
  if (typeof last === "string") return { last: BigInt(last) };
  return { ...(typeof start === "string" ? { start: BigInt(start) } : {}), ...(typeof end === "string" ? { end: BigInt(end) } : {}) };
}

function rangeSaid(bounds: Within): string {
  const range = resolvedRange(bounds, {});
  return range === undefined ? "everything" : rangeText(range);
}
