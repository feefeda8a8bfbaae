import type { Command } from "commander";

/** `--start`, `--end`, `--span` and `--last`, the same in every command. */
export function withRangeOptions(command: Command): Command {
  return command
    .option("--start <time>", "first instant, inclusive")
    .option("--end <time>", "last instant, exclusive")
    .option("--span <span>", "how long from --start")
    .option("--last <span>", "this much before the stream's last row");
}
