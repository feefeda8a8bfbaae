import { Command } from "commander";
import { type CommonOptions, contextOf, type Surroundings, withCommonOptions } from "../../context.js";
import { exit, failure } from "../../exit.js";
import { messageLine, printable } from "../../output/text.js";
import { withSource } from "../../source.js";

/** `sonde source test`: opens a source and asks for its first stream. */
export function testCommand(surroundings: Surroundings): Command {
  const command = new Command("test")
    .summary("open a source and ask for a stream")
    .description("Open a configured source, with its secrets, and ask for its first stream. Ends with the exit code of what failed.")
    .argument("<alias>");
  return withCommonOptions(command).action(async (alias: string, options: CommonOptions) => {
    const context = contextOf(surroundings, options);
    const { out, json, signal } = context;
    if (!(await context.configuration()).sources.has(alias))
      throw failure(exit.notFound, `there is no source '${printable(alias)}': sonde source ls lists them`);
    const started = performance.now();
    const print = async (result: { readonly connector?: string; readonly first?: string | undefined; readonly error?: string }) => {
      const milliseconds = Math.round(performance.now() - started);
      const { connector, first, error } = result;
      if (json) {
        const { testedSchema } = await import("../../schema.js");
        await out.write(`${JSON.stringify(testedSchema.parse({ alias, ok: error === undefined, connector, milliseconds, error }))}\n`);
      } else if (error === undefined) {
        await out.write(
          `${alias} opens: ${connector}, ${first === undefined ? "no streams" : `first stream ${printable(first)}`}, ${milliseconds} ms\n`,
        );
      }
    };
    try {
      await withSource(context, { source: alias }, async ({ source }) => {
        const first = await source.streams({ signal }).first();
        await print({ connector: source.connector, first: first?.id });
      });
    } catch (error) {
      if (json) await print({ error: messageLine(error instanceof Error ? error.message : String(error)) });
      throw error;
    }
  });
}
