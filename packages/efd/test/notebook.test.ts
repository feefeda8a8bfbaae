import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { format } from "node:util";
import { s3 } from "@sonde/object-store";
import { startS3 } from "@sonde/object-store/testing";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { notebook } from "../examples/notebook.js";
import { type EfdInput, efd, efdOptions } from "../src/index.js";
import { makeExampleArchive } from "../src/testing/index.js";

const file = (path: string) => fileURLToPath(new URL(`../${path}`, import.meta.url));
const server = await startS3({ buckets: ["efd-sandbox.data"] });
const { endpoint, region, credentials } = server;
const where: EfdInput = { bucket: "efd-sandbox.data", endpoint, region, credentials };

beforeAll(async () => {
  // The ten topics of the demonstration, by two messages a second.
  await makeExampleArchive(s3({ bucket: "efd-sandbox.data", endpoint, region, credentials }), { frequency: 2 });
}, 60_000);
afterAll(() => server.close());

test("reads all that the notebook reads, and prints it", async () => {
  const lines: string[] = [];
  await notebook(where, (...values) => lines.push(format(...values)));
  await expect(lines.map((line) => `${line}\n`).join("")).toMatchFileSnapshot(file("examples/notebook.txt"));
});

test("reads an hour of one field by the quick start of every connector", async () => {
  await using archive = await efd.open(where);
  const topic = await archive.stream("example-002-aggregated");
  const table = await topic.table({ start: "2020-08-07T22:00Z", end: "2020-08-07T23:00Z", columns: ["value1"] });
  expect(table.schema.fields.map(({ name }) => name)).toEqual([
    "time",
    "count",
    "min_value1",
    "mean_value1",
    "median_value1",
    "stdev_value1",
    "max_value1",
  ]);
  expect(table.numRows).toBe(3600);
  const [first] = await topic
    .windows({ start: "2020-08-07T22:00Z", span: "10m", width: "5m", columns: ["value1"] })
    .rows()
    .toArray();
  expect(Object.keys(first ?? {})).toEqual(["time", "min_value1", "mean_value1", "max_value1", "count_value1"]);
  expect(first?.count_value1).toBe(600n);
});

test("the README's first snippet prints what the README says", async () => {
  const readme = readFileSync(file("README.md"), "utf8");
  const block = (language: string): string => new RegExp(`\`\`\`${language}\n(.*?)\`\`\``, "s").exec(readme)?.[1] ?? "";
  const folder = new URL("../.cache/", import.meta.url);
  mkdirSync(folder, { recursive: true });
  const script = fileURLToPath(new URL("readme.ts", folder));
  const here = `{ bucket: "efd-sandbox.data", endpoint: "${endpoint}", region: "${region}", credentials: ${JSON.stringify(credentials)} }`;
  const source = block("ts");
  expect(source).toContain('{ bucket: "efd-sandbox.data", region: "us-east-1" }');
  writeFileSync(script, source.replace('{ bucket: "efd-sandbox.data", region: "us-east-1" }', here));
  const lines: string[] = [];
  const log = vi.spyOn(console, "log").mockImplementation((...values) => lines.push(`${format(...values)}\n`));
  try {
    await import(script);
  } finally {
    log.mockRestore();
  }
  expect(lines.join("")).toBe(block("text"));
});

test("the README shows the example, its output and the options (`vitest -u` writes it)", async () => {
  const readme = await readFile(file("README.md"), "utf8");
  const example = (await readFile(file("examples/notebook.ts"), "utf8")).trim();
  const output = (await readFile(file("examples/notebook.txt"), "utf8")).trim();
  const between = (text: string, mark: string, body: string) => {
    const [begin, end] = [`<!-- ${mark} -->`, `<!-- /${mark} -->`];
    expect(text).toContain(begin);
    return `${text.slice(0, text.indexOf(begin) + begin.length)}\n${body}\n${text.slice(text.indexOf(end))}`;
  };
  const both = between(between(readme, "notebook", `\`\`\`ts\n${example}\n\`\`\``), "output", `\`\`\`text\n${output}\n\`\`\``);
  const options = Object.entries(efdOptions.shape).map(([name, option]) => `- \`${name}\`: ${option.description}.`);
  await expect(between(both, "options", `\n${options.join("\n")}\n`)).toMatchFileSnapshot("../README.md");
});
