import type { Stream } from "@sonde/core";
import type { RecordBatch } from "@sonde/core/connector";
import { timesOf } from "@sonde/core/connector";
import { Command, Option } from "commander";
import { type CommonOptions, contextOf, type Surroundings, withCommonOptions } from "../context.js";
import { exit, failure } from "../exit.js";
import { deliver } from "../output/deliver.js";
import { type Format, formatOf, formats } from "../output/format.js";
import { targetOf, withStream } from "../source.js";
import { listOf, positiveInteger } from "./read.js";

type TailOptions = CommonOptions & {
  readonly rows: number;
  readonly columns?: string;
  readonly format?: Format;
  readonly follow?: boolean;
};

/** `sonde tail`: the last rows of a stream, and with `--follow` those that come. */
export function tailCommand(surroundings: Surroundings): Command {
  const command = new Command("tail")
    .description("Print the last rows of a stream, oldest first, without reading what comes before them where the archive can.")
    .argument("<source:stream>", "a stream, after the last colon; `sonde ls SOURCE` lists them")
    .addOption(new Option("-n, --rows <count>", "how many").argParser(positiveInteger("-n")).default(10))
    .option("-f, --follow", "then print rows as they come, until Ctrl-C")
    .option("--columns <names>", "only these, separated by commas; time comes along")
    .addOption(new Option("--format <format>", "instead of a table for people and NDJSON for programs").choices(formats))
    .addHelpText("after", "\nExamples:\n  $ sonde tail rec.h5:spikes -n 3\n  $ sonde tail plant:pump/pressure --follow");
  return withCommonOptions(command).action(async (text: string, options: TailOptions) => {
    const context = contextOf(surroundings, options);
    const format = formatOf({ format: options.format, json: context.json, isTTY: context.isTTY });
    const columns = options.columns === undefined ? undefined : listOf("--columns", options.columns);
    await withStream(context, await targetOf(context, text), ({ stream }) => {
      if (options.follow === true && !stream.supports("live")) {
        throw failure(exit.failure, `${stream.id} tells of no rows to come: leave out --follow`);
      }
      return context.progress({ what: `reading ${stream.id}`, prints: true }, async (line) => {
        const call = { columns, signal: context.signal, onProgress: line.tell };
        const last = await stream.tail(options.rows, call);
        const { decode } = stream.read(call);
        const rows = {
          decode,
          table: async () => last,
          [Symbol.asyncIterator]: () => rowsOf(stream, last.batches, options.follow === true, call),
        };
        await deliver(context, rows, { format, live: options.follow === true });
      });
    });
  });
}

type Call = { readonly columns: readonly string[] | undefined; readonly signal: AbortSignal };

async function* rowsOf(stream: Stream, last: readonly RecordBatch[], follow: boolean, call: Call): AsyncGenerator<RecordBatch> {
  let newest: bigint | undefined;
  for (const batch of last) {
    if (batch.numRows === 0) continue;
    newest = timesOf(batch)[batch.numRows - 1];
    yield batch;
  }
  if (follow) yield* stream.follow({ ...call, ...(newest === undefined ? {} : { from: newest + 1n }) });
}
