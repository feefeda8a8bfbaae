import type { Description, Stream } from "@sonde/core";
import { mapConcurrent } from "@sonde/core/bytes";
import { streamToJson } from "@sonde/core/schema";
import { Command } from "commander";
import { type CommonOptions, type Context, contextOf, type Surroundings, withCommonOptions } from "../context.js";
import { exit, exitCodeOf, failure } from "../exit.js";
import { descriptionTexts } from "../output/describe.js";
import { type RowGroup, tableLines } from "../output/table.js";
import { counted, printable } from "../output/text.js";
import { targetOf, withSource } from "../source.js";
import { printSources } from "./source/list.js";

type LsOptions = CommonOptions & { readonly long?: boolean };

/** Streams that are described at a time. */
const atOnce = 16;

/** `sonde ls`: the streams of a source, printed as they come. */
export function lsCommand(surroundings: Surroundings): Command {
  const command = new Command("ls")
    .description(
      "List the streams of a source, an id a line; the id goes after SOURCE: in other commands. Without one, the configured sources.",
    )
    .argument("[source]", "a file, a folder, an alias, or an address (scheme://…)")
    .option("-l, --long", "with kind, rows, first and last time (both inclusive) and rate")
    .addHelpText("after", "\nExamples:\n  $ sonde ls rec.h5\n  $ sonde ls -l rec.h5\n  $ sonde ls rec.h5 --json | jq -r .id");
  return withCommonOptions(command).action(async (text: string | undefined, options: LsOptions) => {
    const context = contextOf(surroundings, options);
    if (text === undefined) return printSources(context);
    const target = await targetOf(context, text);
    if (target.stream !== undefined) {
      throw failure(exit.usage, `${text} names a stream: sonde info tells about it, sonde ls ${target.source} lists all`);
    }
    await withSource(context, target, ({ source }) =>
      context.progress({ what: "listing streams", prints: true }, (line) => {
        let rows = 0;
        const found = counting(source.streams({ signal: context.signal }), () => line.tell({ rows: ++rows, bytes: 0 }));
        return options.long === true ? long(context, found) : short(context, found);
      }),
    );
  });
}

async function short({ out, json }: Context, streams: AsyncIterable<Stream>): Promise<void> {
  for await (const stream of streams) await out.write(json ? `${JSON.stringify(streamToJson(stream))}\n` : `${printable(stream.id)}\n`);
}

type Listed = { readonly stream: Stream; readonly known: Partial<Description>; readonly error?: unknown };

async function long(context: Context, streams: AsyncIterable<Stream>): Promise<void> {
  const { signal, out, style, isTTY, warn } = context;
  const failures: unknown[] = [];
  async function* described(): AsyncGenerator<Listed, void, undefined> {
    for await (const listed of mapConcurrent(streams, atOnce, knownOf, { signal })) {
      if (listed.error !== undefined) {
        // The others are worth listing.
        failures.push(listed.error);
        warn(`${listed.stream.id}: ${listed.error instanceof Error ? listed.error.message : String(listed.error)}`);
      }
      yield listed;
    }
  }
  if (context.json || !isTTY) {
    for await (const { stream, known } of described()) await out.write(`${JSON.stringify(streamToJson({ ...stream, known }))}\n`);
  } else {
    const columns = ["id", "kind", "rows", "rate", "first", "last"].map((name) => ({
      name,
      alignRight: name === "rows" || name === "rate",
    }));
    const lines = tableLines(columns, rowsOf(described()), { style, sample: atOnce });
    for await (const text of lines) await out.write(text);
  }
  const [first] = failures;
  if (first !== undefined) throw failure(exitCodeOf(first, signal), `${counted(failures.length, "stream")} could not be described`, first);
}

async function* rowsOf(listed: AsyncIterable<Listed>): AsyncGenerator<RowGroup, void, undefined> {
  for await (const { stream, known } of listed) {
    const { rows, first, last, rate } = descriptionTexts(known);
    yield [[printable(stream.id), known.kind ?? stream.kind ?? "?", rows, rate, first, last]];
  }
}

/** What the listing said already where that is enough for a line, else a description. */
async function knownOf(stream: Stream, { signal }: { readonly signal: AbortSignal }): Promise<Listed> {
  const { known = {} } = stream;
  const isEnough =
    (known.kind ?? stream.kind) !== undefined && known.extent !== undefined && (known.extent === null || known.rows !== undefined);
  if (isEnough) return { stream, known };
  try {
    return { stream, known: await stream.describe({ signal }) };
  } catch (error) {
    signal.throwIfAborted();
    return { stream, known, error };
  }
}

async function* counting<T>(items: AsyncIterable<T>, tell: () => void): AsyncGenerator<T, void, undefined> {
  for await (const item of items) {
    tell();
    yield item;
  }
}
