import process from "node:process";
import type { Connector } from "@sonde/core";
import { exit } from "./exit.js";
import { run } from "./program.js";

/** Runs the command over this process: its arguments, streams and signals. Ctrl-C ends what runs; the second one, the process. */
export async function start(connectors: readonly Connector[]): Promise<never> {
  const controller = new AbortController();
  process.on("SIGINT", () => {
    if (controller.signal.aborted) process.exit(exit.interrupted);
    controller.abort(new DOMException("interrupted by Ctrl-C", "AbortError"));
  });
  // Ctrl-C must find the process alive, even where a connector waits with nothing that keeps it so.
  setInterval(() => {}, 2 ** 30);
  const { stdout, stderr, env, argv } = process;
  const code = await run(argv.slice(2), {
    stdout,
    stderr,
    connectors,
    signal: controller.signal,
    isTTY: { stdout: stdout.isTTY === true, stderr: stderr.isTTY === true },
    width: stdout.columns,
    environment: env,
  });
  // Every write was awaited, so nothing is lost; a connector that leaves a handle open can't keep the command from ending.
  process.exit(code);
}
