import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { root } from "./build.mjs";
import { run } from "./process.mjs";
import { interpreter } from "./python.mjs";

/**
 * A package's own tests against this peer (files that end in `.peer.ts`), each a case: they are told of the peer's Python by the environment
 * variable `variable`. A test that is skipped is a difference.
 */
export async function packageTests({ cases, folder }, { name, pattern, variable }) {
  const cwd = join(root, "packages", name);
  const report = join(cwd, ".reports/peer.json");
  rmSync(report, { force: true });
  const vitest = join(cwd, "node_modules/vitest/vitest.mjs");
  // The report tells failures by name; the exit code adds nothing.
  await run(process.execPath, [vitest, "run", "--config", "vitest.peer.config.ts", pattern], {
    cwd,
    env: { [variable]: interpreter(folder) },
    timeout: 1_800_000,
  }).catch(() => {});
  const { testResults } = JSON.parse(readFileSync(report, "utf8"));
  for (const { assertionResults } of testResults) {
    for (const { status, fullName, failureMessages } of assertionResults) {
      await cases.succeed(`@sonde/${name}: ${fullName}`, () => {
        if (status !== "passed") throw new Error(failureMessages[0] ?? status);
      });
    }
  }
  if (testResults.length === 0) cases.differ(`@sonde/${name}: tests against the peer`, "none ran");
}
