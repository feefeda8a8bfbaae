import { spawn } from "node:child_process";

/**
 * Runs a program to its end and returns what it wrote. Rejects with its last words where it fails.
 * `input` goes to its standard input; `timeout` is in milliseconds, ten minutes by default.
 */
export function run(command, args, { cwd, env, input, timeout = 600_000 } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd, env: { ...process.env, ...env }, stdio: ["pipe", "pipe", "pipe"], timeout });
    const out = [];
    const err = [];
    child.stdout.on("data", (piece) => out.push(piece));
    child.stderr.on("data", (piece) => err.push(piece));
    child.on("error", reject);
    // A program that ends early takes its input with it; its exit says why.
    child.stdin.on("error", () => {});
    child.on("close", (code, signal) => {
      const stdout = Buffer.concat(out).toString("utf8");
      const stderr = Buffer.concat(err).toString("utf8");
      if (code === 0) return resolve({ stdout, stderr });
      const last = (stderr.trim() === "" ? stdout : stderr).trim().split("\n").slice(-20).join("\n");
      reject(new Error(`${[command, ...args].join(" ")} ended with ${signal ?? code}:\n${last}`));
    });
    child.stdin.end(input ?? "");
  });
}

/** Whether a program starts and ends well. */
export async function works(command, args) {
  try {
    await run(command, args, { timeout: 30_000 });
    return true;
  } catch {
    return false;
  }
}
