// Runs a turbo task and ends with what its test runners counted: `N passed, N failed`.
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "../..");
const [kind = "unit", ...rest] = process.argv.slice(2);
const task = kind === "unit" ? "test" : "test:reference";
const packages = ["packages", "apps", "tooling"].flatMap((folder) =>
  readdirSync(join(root, folder)).map((name) => join(root, folder, name)),
);
const reports = packages.map((folder) => join(folder, ".reports", `${kind}.json`));
if (kind === "reference") {
  const data = process.env.SONDE_REFERENCE ?? join(root, "../shared/data");
  if (!existsSync(data)) {
    console.log(`left out: reference data (no folder ${data}; SONDE_REFERENCE names another)`);
    console.log("0 passed, 0 failed");
    process.exit(0);
  }
  process.env.SONDE_REFERENCE = data;
}
for (const report of reports) rmSync(report, { force: true });
const run = spawnSync("turbo", ["run", task, "--output-logs=new-only", "--continue", "--concurrency=1", ...rest], {
  cwd: root,
  stdio: "inherit",
  shell: process.platform === "win32",
});
let passed = 0;
let failed = 0;
for (const report of reports.filter((file) => existsSync(file))) {
  const {
    numPassedTests,
    numFailedTests,
    numFailedTestSuites,
    numRuntimeErrorTestSuites = 0,
    testResults,
  } = JSON.parse(readFileSync(report, "utf8"));
  passed += numPassedTests;
  // A file that does not load fails without a test of its own.
  failed += numFailedTests || numRuntimeErrorTestSuites || (numFailedTestSuites > 0 ? 1 : 0);
  for (const file of testResults) {
    for (const test of file.assertionResults) if (test.status === "failed") console.log(`failed: ${test.fullName}`);
  }
}
const broken = run.status !== 0 && failed === 0;
console.log(`${passed} passed, ${failed + (broken ? 1 : 0)} failed`);
process.exit(run.status === 0 && failed === 0 && passed > 0 ? 0 : 1);
