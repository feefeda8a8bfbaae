import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { format } from "node:util";
import { capabilityRow } from "@sonde/testkit";
import { expect, test } from "vitest";
import { recipe } from "../examples/recipe.js";
import { databroker, databrokerOptions } from "../src/index.js";

const file = (path: string) => fileURLToPath(new URL(`../${path}`, import.meta.url));

test("the recipe runs as written, and prints this", async () => {
  const lines: string[] = [];
  await recipe(file("examples/runs"), (...values) => lines.push(`${format(...values)}\n`));
  await expect(lines.join("").replace(/[ ]+$/gm, "")).toMatchFileSnapshot(file("examples/recipe.txt"));
});

test("the quick start of the contract reads the same run", async () => {
  await using db = await databroker.open({ path: file("examples/runs") });
  const run = await db.client.run(1);
  expect(run.start.detectors).toEqual(["det"]);
  const table = await run.table({ columns: ["det"] });
  expect(table.numRows).toBe(15);
  const data: unknown[] = [];
  for await (const event of run.events()) data.push(event.data.det);
  expect(data[7]).toBe(1);
  const image = await (await db.client.run(-1)).images("image").first();
  expect(image?.shape).toEqual([48, 64]);
});

test("the README shows the recipe, its output, the options and the capabilities (`vitest -u` writes it)", async () => {
  const readme = await readFile(file("README.md"), "utf8");
  const example = (await readFile(file("examples/recipe.ts"), "utf8")).trim();
  const output = (await readFile(file("examples/recipe.txt"), "utf8")).trim();
  const between = (text: string, mark: string, body: string) => {
    const [begin, end] = [`<!-- ${mark} -->`, `<!-- /${mark} -->`];
    expect(text).toContain(begin);
    return `${text.slice(0, text.indexOf(begin) + begin.length)}\n${body}\n${text.slice(text.indexOf(end))}`;
  };
  const code = example.slice(example.indexOf("import "));
  const options = Object.entries(databrokerOptions.shape).map(([name, option]) => `- \`${name}\`: ${option.description}.`);
  const row = await capabilityRow(databroker, {
    options: { path: file("examples/runs") },
    stream: { id: "501a3b09-90da-42d0-933e-d84bd62e0c3e/primary" },
    runtimes: { node: true, browser: true },
  });
  const handler = (await readFile(file("examples/own-handler.ts"), "utf8")).trim();
  const shown = between(
    between(
      between(between(readme, "own-handler", `\`\`\`ts\n${handler}\n\`\`\``), "recipe", `\`\`\`ts\n${code}\n\`\`\``),
      "output",
      `\`\`\`text\n${output}\n\`\`\``,
    ),
    "options",
    `\n${options.join("\n")}\n`,
  );
  await expect(shown).toMatchFileSnapshot(file("README.md"));
  // The formatter pads the columns of tables.
  expect(shown.replace(/ +\|/g, " |")).toContain(`${row}\n`);
});
