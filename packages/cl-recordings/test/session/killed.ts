import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "tsup";

/** Makes one file of the recording program and all that it imports; `remove` when done. */
export async function recorderProgram(): Promise<{ readonly path: string; remove(): Promise<void> }> {
  const directory = await mkdtemp(join(tmpdir(), "sonde-recorder-"));
  await build({
    entry: { recorder: fileURLToPath(new URL("recorder-child.ts", import.meta.url)) },
    outDir: directory,
    outExtension: () => ({ js: ".mjs" }),
    format: "esm",
    target: "node20",
    platform: "node",
    config: false,
    silent: true,
    clean: false,
    dts: false,
    noExternal: [/^(@sonde\/|#)|zod|arrow|flatbuffers|tslib|msgpackr/],
    external: ["h5wasm"],
    esbuildOptions: (options) => {
      options.conditions = ["@sonde/source", "node"];
    },
  });
  return { path: join(directory, "recorder.mjs"), remove: () => rm(directory, { recursive: true, force: true }) };
}

/** Runs it and kills it `milliseconds` after its first entries. Resolves with what it said: entries appended, and how long before the kill. */
export async function killed(
  program: string,
  args: readonly string[],
  milliseconds: number,
): Promise<readonly { readonly entries: number; readonly before: number }[]> {
  const child = spawn(process.execPath, [program, ...args], { stdio: ["ignore", "pipe", "inherit"] });
  const lines: { entries: number; at: number }[] = [];
  let rest = "";
  const first = new Promise<void>((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", (code) => reject(new Error(`the recorder ended by itself with ${code}`)));
    child.stdout.on("data", (chunk: Buffer) => {
      const parts = `${rest}${chunk}`.split("\n");
      rest = parts.pop() ?? "";
      for (const part of parts) lines.push({ entries: Number(part), at: performance.now() });
      resolve();
    });
  });
  await first;
  await new Promise((resolve) => setTimeout(resolve, milliseconds));
  const exited = new Promise((resolve) => child.once("exit", resolve));
  child.removeAllListeners("error");
  const end = performance.now();
  child.kill("SIGKILL");
  await exited;
  return lines.map(({ entries, at }) => ({ entries, before: end - at }));
}
