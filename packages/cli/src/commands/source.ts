import { Command } from "commander";
import { type CommonOptions, contextOf, type Surroundings, withCommonOptions } from "../context.js";
import { addCommand, removeCommand, setDefaultCommand } from "./source/add.js";
import { printSources } from "./source/list.js";
import { testCommand } from "./source/test.js";

/** `sonde source`: the configuration's sources. */
export function sourceCommand(surroundings: Surroundings): Command {
  const list = withCommonOptions(
    new Command("ls").summary("list the sources").description("List the configured sources; secrets by where they are kept."),
  );
  list.action((options: CommonOptions) => printSources(contextOf(surroundings, options)));
  return new Command("source")
    .description(
      "Sources by name, from $XDG_CONFIG_HOME/sonde/config.toml and ./sonde.toml, which wins. SONDE_SOURCE_<ALIAS>_<KEY> comes over both, such as SONDE_SOURCE_GRID_API_KEY.",
    )
    .helpCommand(false)
    .addCommand(list)
    .addCommand(addCommand(surroundings))
    .addCommand(removeCommand(surroundings))
    .addCommand(testCommand(surroundings))
    .addCommand(setDefaultCommand(surroundings));
}
