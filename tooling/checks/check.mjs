// Every static check, all of them even when one fails; ends with `N passed, N failed`.
import { spawnSync } from "node:child_process";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "../..");
const checks = [
  ["biome", "ci", "--error-on-warnings", "."],
  ["turbo", "run", "types", "publint", "attw", "--output-logs=errors-only", "--continue"],
  ["knip"],
  ["size-limit"],
  ["changeset", "status"],
];
let failed = 0;
for (const [command, ...rest] of checks) {
  console.log(`\n> ${command} ${rest.join(" ")}`);
  const { status } = spawnSync(command, rest, { cwd: root, stdio: "inherit", shell: process.platform === "win32" });
  if (status !== 0) {
    console.log(`failed: ${command}`);
    failed += 1;
  }
}
console.log(`${checks.length - failed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);
