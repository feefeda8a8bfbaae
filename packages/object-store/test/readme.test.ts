import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { s3 } from "../src/index.js";
import { startS3 } from "../src/testing/index.js";
import { server } from "./fixture.js";

const snippets = [...readFileSync(join(import.meta.dirname, "../README.md"), "utf8").matchAll(/```ts\n([\s\S]*?)```/g)].map(
  ([, text = ""]) => text.replaceAll(/^import .*$/gm, ""),
);

/** Our own README, not data. */
async function run(snippet: string, names: { readonly [name: string]: unknown }): Promise<readonly unknown[][]> {
  const printed: unknown[][] = [];
  const given = { console: { log: (...values: unknown[]) => printed.push(values) }, ...names };
  await new Function(...Object.keys(given), `return (async () => { ${snippet} })()`)(...Object.values(given));
  return printed;
}

test("the first snippet of the README lists and reads", async () => {
  const store = await server({ buckets: ["efd-sandbox.data"] });
  store.put("efd-sandbox.data", "topics/example/a+0+0000003600.snappy.parquet", "PAR1....PAR1");
  const { endpoint, credentials } = store;
  const here = (options: Parameters<typeof s3>[0]) => s3({ ...options, endpoint, credentials });
  expect(await run(snippets[0] ?? "", { s3: here })).toEqual([["topics/example/"], [12, "PAR1"]]);
});

test("the second snippet of the README survives a busy server", async () => {
  expect(await run(snippets[1] ?? "", { s3, startS3 })).toEqual([[4]]);
});
