// The built page in the system's browser; `left out: e2e` where there is none.
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";

const names = ["chromium", "chromium-browser", "google-chrome", "chrome"];
const folders = (process.env.PATH ?? "").split(delimiter);
if (!names.some((name) => folders.some((folder) => existsSync(join(folder, name))))) {
  console.log(`left out: e2e (no ${names.join(", ")} on the PATH)`);
  process.exit(0);
}
const { status } = spawnSync("vitest", ["run", "--config", "vitest.e2e.config.ts"], {
  stdio: "inherit",
  shell: process.platform === "win32",
});
process.exit(status ?? 1);
