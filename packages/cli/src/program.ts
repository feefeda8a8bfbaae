import { Command, CommanderError } from "commander";
import type { CommandEntry } from "./command-entry.js";
import { commands } from "./commands.js";
import { entryText } from "./connectors/text.js";
import { complainerOf, type Surroundings } from "./context.js";
import { type ExitCode, exit, exitCodeOf } from "./exit.js";
import { sinkOf } from "./output/sink.js";
import { withoutSecrets } from "./output/text.js";
import { version } from "./version.js";

const intro = `Look at instrument data and take it away: recordings, historians, archives of observatories.

  $ sonde ls -l recording.h5                    what is in it
  $ sonde plot recording.h5:samples             what a stream looks like, here in the terminal
  $ sonde read recording.h5:spikes -o spikes.parquet`;

/** The whole command. Resolves to the exit code; never rejects, and never ends the process itself. */
export async function run(args: readonly string[], surroundings: Surroundings): Promise<ExitCode> {
  try {
    const printed = await parse(args, surroundings);
    if (printed !== "") await sinkOf(surroundings.stdout).write(printed);
    return exit.ok;
  } catch (error) {
    return fail(error, args, surroundings);
  }
}

/** Tells of a failure on stderr, in one line and with its stack trace where that is asked for, and gives the exit code. */
export function fail(error: unknown, args: readonly string[], surroundings: Surroundings): ExitCode {
  const { signal, stderr, environment = {} } = surroundings;
  const code = exitCodeOf(error, signal);
  if (code === exit.ok) return code;
  complainerOf(surroundings)(messageOf(error, signal));
  if (args.includes("--debug") || isSet(environment.SONDE_DEBUG)) stderr.write(`${withoutSecrets(stackOf(error))}\n`);
  return code;
}

/** Runs the command and gives back what commander itself wants on stdout: help, or the version. */
async function parse(args: readonly string[], surroundings: Surroundings): Promise<string> {
  let printed = "";
  const program = new Command("sonde").description(intro).version(version, "-V, --version").helpCommand(false);
  const asked = args.find((arg) => !arg.startsWith("-"));
  for (const entry of commands) program.addCommand(await commandOf(entry, asked, surroundings));
  for (const command of withinOf(program)) {
    command.exitOverride().configureOutput({
      writeOut: (text) => (printed += text),
      writeErr() {},
      outputError() {},
      getOutHelpWidth: () => surroundings.width ?? 100,
    });
  }
  program.addHelpText("after", `\n${closing(surroundings)}`);
  if (args.length === 0)
    return `${program.helpInformation()}
${closing(surroundings)}
`;
  try {
    await program.parseAsync(args, { from: "user" });
  } catch (error) {
    if (!(error instanceof CommanderError) || error.exitCode !== 0) throw error;
  }
  return printed;
}

/** Only the command that is asked for is loaded; of the others its name and summary are enough. */
async function commandOf(entry: CommandEntry, asked: string | undefined, surroundings: Surroundings): Promise<Command> {
  const { name, summary, load } = entry;
  const command = name === asked ? (await load())(surroundings) : new Command(name);
  return command.summary(summary);
}

/** A command and all below it. */
function withinOf(command: Command): Command[] {
  return [command, ...command.commands.flatMap(withinOf)];
}

function closing({ connectors }: Surroundings): string {
  return `Opens ${connectors.map(entryText).join(", ")}. \`sonde COMMAND --help\` says more.`;
}

function messageOf(error: unknown, signal: AbortSignal): string {
  if (error instanceof CommanderError) {
    const message = error.message.replace(/^error: /, "");
    if (error.code === "commander.unknownCommand")
      return `${message}: \`sonde ls FILE\` looks into a file, \`sonde --help\` says what there is`;
    return `${message}: \`sonde --help\` and \`sonde COMMAND --help\` say what there is`;
  }
  if (signal.aborted && error === signal.reason) return "interrupted";
  return error instanceof Error ? error.message : String(error);
}

function stackOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return `${error.stack}${error.cause === undefined ? "" : `\ncaused by ${stackOf(error.cause)}`}`;
}

function isSet(value: string | undefined): boolean {
  return value !== undefined && value !== "" && value !== "0";
}
