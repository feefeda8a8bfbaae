import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { cacheFolder } from "@sonde-tooling/peers/lib/cache";
import { run } from "@sonde-tooling/peers/lib/process";
import { interpreter } from "@sonde-tooling/peers/lib/python";

export const benchFolder = join(dirname(fileURLToPath(import.meta.url)), "..");

/** The bench's file for each of its sizes, beside the peers: made once by `make.py`, and again when the programs change. */
export async function dataFor({ folder, sizes }, peer) {
  const script = join(benchFolder, folder, "make.py");
  const sources = [script, ...["recording.py", "messages.py", "telemetry.py"].map((name) => join(benchFolder, "lib", name))];
  const hash = createHash("sha256");
  for (const source of sources) hash.update(readFileSync(source));
  const version = hash.digest("hex").slice(0, 12);
  const parent = join(cacheFolder(), "bench");
  mkdirSync(parent, { recursive: true });
  const files = new Map();
  for (const size of sizes) {
    const file = join(parent, `${folder}-${version}-${size}`);
    if (!existsSync(file)) {
      const draft = `${file}.${process.pid}`;
      try {
        await run(interpreter(peer), [script, draft, String(size)], { env: pythonEnvironment });
        renameSync(draft, file);
      } finally {
        rmSync(draft, { force: true });
      }
    }
    files.set(size, file);
  }
  return files;
}

export const pythonEnvironment = { PYTHONPATH: join(benchFolder, "lib"), PYTHONDONTWRITEBYTECODE: "1", PYTHONUTF8: "1" };
