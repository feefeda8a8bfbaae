import process from "node:process";
import type { ConnectorEntry } from "./connectors/entry.js";
import type { Surroundings } from "./context.js";
import { exit } from "./exit.js";
import { fail, run } from "./program.js";

/** Runs the command over this process: its arguments, streams and signals. Ctrl-C ends what runs; the second one, the process. */
export async function start(connectors: readonly ConnectorEntry[]): Promise<never> {
  const controller = new AbortController();
  process.on("SIGINT", () => {
    if (controller.signal.aborted) process.exit(exit.interrupted);
    controller.abort(new DOMException("interrupted by Ctrl-C", "AbortError"));
  });
  // Ctrl-C must find the process alive, even where a connector waits with nothing that keeps it so.
  setInterval(() => {}, 2 ** 30);
  const { stdout, stderr, env, argv } = process;
  const surroundings: Surroundings = {
    stdout,
    stderr,
    connectors,
    signal: controller.signal,
    isTTY: { stdout: stdout.isTTY === true, stderr: stderr.isTTY === true },
    // A terminal that does not know its size says 0.
    width: stdout.columns || stderr.columns || undefined,
    environment: env,
  };
  const args = argv.slice(2);
  // What nobody awaited, in a connector for instance, is told like any other failure.
  process.on("uncaughtException", (error) => process.exit(fail(error, args, surroundings)));
  const code = await run(args, surroundings);
  // Every write was awaited, so nothing is lost; a connector that leaves a handle open can't keep the command from ending.
  process.exit(code);
}
