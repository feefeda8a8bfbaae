#!/usr/bin/env node
import { btrdbCommand } from "./testing/serve.js";

const ending = new AbortController();
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => ending.abort());

btrdbCommand(console.log, ending.signal)
  .parseAsync()
  .catch((error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  });
