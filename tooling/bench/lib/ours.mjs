// Our side of a bench, in a process of its own: `ours.mjs <bench> <file> <size>`.
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { benches } from "../list.mjs";

const [name, file, size] = process.argv.slice(2);
const { load, job } = benches.find((bench) => bench.name === name);
const { [job]: work } = await load();
const say = (value) => process.stdout.write(`${JSON.stringify(value)}\n`);
const base = process.memoryUsage.rss();
say("ready");
for await (const line of createInterface({ input: process.stdin })) {
  if (line === "end") {
    say({ base, peak: peak() });
    break;
  }
  const used = process.cpuUsage();
  const start = performance.now();
  const value = await work(file, Number(size));
  const milliseconds = performance.now() - start;
  const { user, system } = process.cpuUsage(used);
  say({ milliseconds, processor: (user + system) / 1000, value });
}
process.exit(0);

/** `maxRSS` begins with what the parent had before this program replaced it; Linux knows the process's own. */
function peak() {
  try {
    const kilobytes = /VmHWM:\s+(\d+)/.exec(readFileSync("/proc/self/status", "utf8"))?.[1];
    if (kilobytes !== undefined) return Number(kilobytes) * 1024;
  } catch {
    // Not Linux.
  }
  return process.resourceUsage().maxRSS * 1024;
}
