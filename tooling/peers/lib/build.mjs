import { spawnSync } from "node:child_process";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export const root = join(dirname(fileURLToPath(import.meta.url)), "../../..");

/** Builds the packages that a tooling package depends on: peers and benches run what is published. Ends the process where that fails. */
export function buildFor(name) {
  const { status } = spawnSync("turbo", ["run", "build", `--filter=${name}^...`, "--output-logs=errors-only"], {
    cwd: root,
    stdio: ["ignore", "ignore", "inherit"],
    shell: process.platform === "win32",
  });
  if (status === 0) return;
  console.log(`the build of what ${name} needs failed: run \`npx -y pnpm@10.34.9 build\``);
  console.log("0 passed, 1 failed");
  process.exit(1);
}
