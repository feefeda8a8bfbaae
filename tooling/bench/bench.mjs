// Ours beside the peer, on the same data in one run: `pnpm bench [--only <name>[,<name>]] [--json]`.
// Prints one table, keeps `bench/results/<name>.json`, and ends with 1 where a bar is missed.
import { parseArgs } from "node:util";
import { buildFor } from "@sonde-tooling/peers/lib/build";
import { peers } from "@sonde-tooling/peers/list";
import { dataFor } from "./lib/data.mjs";
import { measure } from "./lib/measure.mjs";
import { keep, table, verdicts } from "./lib/report.mjs";
import { benches } from "./list.mjs";

const { values: options } = parseArgs({ options: { only: { type: "string" }, json: { type: "boolean", default: false } } });
const only = options.only?.split(",");
const unknown = only?.filter((name) => !benches.some((bench) => bench.name === name)) ?? [];
if (unknown.length > 0) {
  console.error(`no bench is called ${unknown.join(", ")}: there are ${benches.map(({ name }) => name).join(", ")}`);
  process.exit(2);
}
// With --json standard output holds nothing but the array.
const say = (text) => (options.json ? console.error(text) : console.log(text));
buildFor("@sonde-tooling/bench");

const results = [];
let failed = false;
for (const bench of benches.filter(({ name }) => only?.includes(name) ?? true)) {
  const folder = peers.find(({ name }) => name === bench.peer)?.environment.installed();
  if (folder === undefined) {
    say(`left out: ${bench.name} (\`npx -y pnpm@10.34.9 peers --only ${bench.peer}\` installs its peer)`);
    continue;
  }
  try {
    const files = await dataFor(bench, folder);
    const result = await measure(bench, files, folder);
    keep(bench, result);
    results.push({ bench, result });
  } catch (error) {
    say(`failed: ${bench.name}: ${error.message}`);
    failed = true;
  }
}
const found = results.flatMap(({ bench, result }) => verdicts(bench, result));
say(table(results));
if (options.json) console.log(JSON.stringify(found, null, 2));
process.exit(failed || found.some(({ holds }) => !holds) ? 1 : 0);
