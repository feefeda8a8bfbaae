import { Command, Option } from "commander";
import { type CommonOptions, contextOf, type Surroundings, withCommonOptions } from "../context.js";
import { deliver } from "../output/deliver.js";
import { type Format, formatOf, formats } from "../output/format.js";
import { targetOf, withStream } from "../source.js";
import { listOf, positiveInteger } from "./read.js";

type HeadOptions = CommonOptions & { readonly rows: number; readonly columns?: string; readonly format?: Format };

/** `sonde head`: the first rows of a stream. Reads no more than it prints, to the batch. */
export function headCommand(surroundings: Surroundings): Command {
  const command = new Command("head")
    .description("Print the first rows of a stream.")
    .argument("<source:stream>", "a stream, after the last colon; `sonde ls SOURCE` lists them")
    .addOption(new Option("-n, --rows <count>", "how many").argParser(positiveInteger("-n")).default(10))
    .option("--columns <names>", "only these, separated by commas; time comes along")
    .addOption(new Option("--format <format>", "instead of a table for people and NDJSON for programs").choices(formats))
    .addHelpText("after", "\nExample:\n  $ sonde head rec.h5:spikes -n 3");
  return withCommonOptions(command).action(async (text: string, options: HeadOptions) => {
    const context = contextOf(surroundings, options);
    const format = formatOf({ format: options.format, json: context.json, isTTY: context.isTTY });
    const columns = options.columns === undefined ? undefined : listOf("--columns", options.columns);
    await withStream(context, await targetOf(context, text), ({ stream }) =>
      context.progress({ what: `reading ${stream.id}`, prints: true }, (line) => {
        const batches = stream.read({ columns, signal: context.signal, onProgress: (progress) => line.tell(progress) });
        return deliver(context, batches, { format, rows: options.rows });
      }),
    );
  });
}
