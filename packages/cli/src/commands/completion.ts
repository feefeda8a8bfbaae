import { Argument, Command } from "commander";
import type { CommandEntry } from "../command-entry.js";
import { type CompletedCommand, completionScript, shells } from "../completion/script.js";
import { type CommonOptions, contextOf, type Surroundings, withCommonOptions } from "../context.js";

/** `sonde completion`: a script for the shell's own start-up file. */
export function completionCommand(surroundings: Surroundings, commands: readonly CommandEntry[]): Command {
  const command = new Command("completion")
    .description("Print a script that completes commands, options, their choices and the names of configured sources.")
    .addArgument(new Argument("<shell>", "which").choices(shells))
    .addHelpText(
      "after",
      "\nExamples:\n  $ sonde completion bash >> ~/.bashrc\n  $ sonde completion zsh > ~/.zfunc/_sonde\n  $ sonde completion fish > ~/.config/fish/completions/sonde.fish\n  > sonde completion pwsh >> $PROFILE",
    );
  return withCommonOptions(command).action(async (shell: (typeof shells)[number], options: CommonOptions) => {
    const { out, json } = contextOf(surroundings, options);
    const all: CompletedCommand[] = [];
    for (const { name, summary, load } of commands) all.push(completed((await load())(surroundings), name, summary));
    await out.write(json ? `${JSON.stringify(all)}\n` : completionScript(shell, all));
  });
}

function completed(command: Command, name: string, summary: string): CompletedCommand {
  return {
    name,
    summary,
    options: command.options.flatMap(({ long, description, argChoices = [], required, optional }) =>
      long ? [{ name: long, description, choices: [...argChoices], takesValue: required || optional }] : [],
    ),
    commands: command.commands.map((inner) => completed(inner, inner.name(), inner.summary())),
    choices: command.registeredArguments.flatMap(({ argChoices = [] }) => argChoices),
  };
}
