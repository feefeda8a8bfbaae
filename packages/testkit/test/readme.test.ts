import { readFile } from "node:fs/promises";
import { batchOf, schemaOf, timeField } from "@sonde/core/connector";
import { expect, test } from "vitest";
import { capabilityTable, memory, rules, suiteNames } from "../src/index.js";
import { labFixture } from "./lab/fixture.js";
import { lab } from "./lab/lab.js";

const temp = [batchOf(schemaOf([timeField()]), { time: [1n] })];
const memoryFixture = { options: { streams: { temp } }, stream: { id: "temp" }, runtimes: { node: true, browser: true } };

const file = (path: string) => readFile(new URL(`../${path}`, import.meta.url), "utf8");

const rulesText = suiteNames
  .map((suite) => [`**${suite}**`, "", ...rules.filter((rule) => rule.suite === suite).map(({ name }) => `- ${name}`)].join("\n"))
  .join("\n\n");

/** The text between a fence or comment that `label` begins and its end, replaced. */
const replaced = (text: string, begin: string, end: string, body: string): string => {
  const from = text.indexOf(begin);
  const to = text.indexOf(end, from + begin.length);
  expect(from, `README has no ${begin}`).toBeGreaterThanOrEqual(0);
  return `${text.slice(0, from + begin.length)}\n${body.trim()}\n${text.slice(to)}`;
};

test("the README shows the code that is tested and every rule (`vitest -u` writes it)", async () => {
  let text = await file("README.md");
  const example = (await file("test/example.test.ts")).replace("../src/index.js", "@sonde/testkit");
  text = replaced(text, "<!-- example -->\n```ts", "```\n<!-- /example -->", example);
  text = replaced(text, "<!-- memory -->\n```ts", "```\n<!-- /memory -->", await file("src/memory.ts"));
  text = replaced(
    text,
    "<!-- capabilities -->",
    "<!-- /capabilities -->",
    await capabilityTable([
      [memory, memoryFixture],
      [lab, labFixture()],
    ]),
  );
  text = replaced(text, "<!-- rules -->", "<!-- /rules -->", rulesText);
  await expect(text).toMatchFileSnapshot("../README.md");
});
