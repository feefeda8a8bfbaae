import { spawn } from "node:child_process";
import { createInterface } from "node:readline";

/**
 * A process that does a job as often as it is asked, one line each way: { milliseconds, processor, value }, at the end { base, peak } in bytes. It starts,
 * and loads what it needs, before it is asked for anything: neither is measured.
 */
export async function startSide(command, args, env) {
  const child = spawn(command, args, { env: { ...process.env, ...env }, stdio: ["pipe", "pipe", "inherit"] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  child.stdin.on("error", () => {});
  const next = async () => {
    const { value, done } = await lines.next();
    if (done) throw new Error(`${[command, ...args].join(" ")} ended before it answered`);
    return JSON.parse(value);
  };
  await next();
  return {
    async run() {
      child.stdin.write("run\n");
      return next();
    },
    async end() {
      child.stdin.write("end\n");
      const memory = await next();
      child.stdin.end();
      return memory;
    },
    stop: () => child.kill(),
  };
}
