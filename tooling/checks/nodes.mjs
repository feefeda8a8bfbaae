// The unit tests under each Node version that we promise, by the npm package `node`.
import { spawnSync } from "node:child_process";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "../..");
const versions = process.argv.length > 2 ? process.argv.slice(2) : ["20.19.0", "22", "24"];
const failed = [];
for (const version of versions) {
  console.log(`\n> Node ${version}`);
  const runner = join(root, "tooling/checks/summary.mjs");
  const { status } = spawnSync("npx", ["-y", "-p", `node@${version}`, "node", runner, "unit", "--force"], {
    cwd: root,
    stdio: "inherit",
    shell: process.platform === "win32",
  });
  if (status !== 0) failed.push(version);
}
console.log(failed.length === 0 ? `passed under Node ${versions.join(", ")}` : `failed under Node ${failed.join(", ")}`);
process.exit(failed.length === 0 ? 0 : 1);
