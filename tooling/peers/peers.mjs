// The real programs of each field against this code: `pnpm peers [--only <name>[,<name>]] [--installed]`.
// Ends with `N passed, N failed`, each case of each suite counted; what is not installed is said and not counted.
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { buildFor, root } from "./lib/build.mjs";
import { Cases } from "./lib/cases.mjs";
import { writeDocument } from "./lib/document.mjs";
import { run } from "./lib/process.mjs";
import { interpreter } from "./lib/python.mjs";
import { peers } from "./list.mjs";

const { values: options } = parseArgs({ options: { only: { type: "string" }, installed: { type: "boolean", default: false } } });
const only = options.only?.split(",");
const unknown = only?.filter((name) => !peers.some((peer) => peer.name === name)) ?? [];
if (unknown.length > 0) {
  console.log(`no peer is called ${unknown.join(", ")}: there are ${peers.map(({ name }) => name).join(", ")}`);
  process.exit(2);
}

const chosen = [];
let failed = 0;
for (const peer of peers.filter(({ name }) => only?.includes(name) ?? true)) {
  try {
    const folder = options.installed ? peer.environment.installed() : await peer.environment.install();
    if (folder === undefined) console.log(`left out: ${peer.name}`);
    else chosen.push({ peer, folder });
  } catch (error) {
    console.log(`failed: ${peer.name} could not be installed: ${error.message}`);
    failed += 1;
  }
}
if (chosen.length > 0) buildFor("@sonde-tooling/peers");

let passed = 0;
const results = new Map();
for (const { peer, folder } of chosen) {
  const result = await suiteOf(peer, folder);
  results.set(peer.name, result);
  passed += result.passed;
  failed += result.failed.length;
  console.log(`${peer.name} ${peer.versions.join(", ")}: ${result.cases} cases, ${result.differences} differences`);
  for (const { count, reason } of result.known) console.log(`  known, ${count}: ${reason}`);
  for (const { name, detail } of result.failed) console.log(`  failed: ${name}: ${detail}`);
}
if (!options.installed && results.size > 0) writeDocument(join(root, "docs", "peers.md"), peers, results);
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);

async function suiteOf(peer, folder) {
  const scratch = mkdtempSync(join(tmpdir(), `sonde-${peer.name}-`));
  const cases = new Cases(peer.known);
  try {
    await peer.suite({ cases, scratch, folder, ...pythonOf(peer, folder, scratch) });
  } catch (error) {
    cases.differ("the suite runs to its end", error instanceof Error ? error.message : error);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
  return cases.result();
}

/** `python(script, ...args)` runs a script of the peer's folder, with `exact.py` at hand, and returns its answer. */
function pythonOf(peer, folder, scratch) {
  const here = dirname(fileURLToPath(import.meta.url));
  let calls = 0;
  return {
    async python(script, ...args) {
      const answer = join(scratch, `answer-${calls++}.json`);
      const env = { SONDE_ANSWER: answer, PYTHONPATH: join(here, "lib"), PYTHONDONTWRITEBYTECODE: "1", PYTHONUTF8: "1" };
      await run(interpreter(folder), [join(here, peer.name, script), ...args], { env: { ...env, ...peer.environmentVariables } });
      return JSON.parse(readFileSync(answer, "utf8"));
    },
  };
}
