import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { capabilityRow } from "@sonde/testkit";
import { expect, test } from "vitest";
import { clRecordings } from "../src/index.js";
import { folder } from "./session/device.js";
import { fixturePath, tutorialFile } from "./support/fixture.js";
import { block, printedBy, readme } from "./support/readme.js";

const ofFixture = (code: string) => code.replace('"recording.h5"', JSON.stringify(fixturePath(tutorialFile)));

test("the README's snippets print what the README says", async () => {
  expect(await printedBy("reading", "", ofFixture)).toBe(block("text"));
  const making = "## Making recordings";
  expect(await printedBy("making", making, (code) => code.replace('"recordings"', JSON.stringify(folder())))).toBe(block("text", making));
  const analyses = "## Analyses";
  expect(await printedBy("analyses", analyses, ofFixture)).toBe(block("text", analyses));
});

test("the README shows the whole tutorial's output", () => {
  const output = readFileSync(fileURLToPath(new URL("../examples/recordings.txt", import.meta.url)), "utf8");
  expect(block("text", "## The tutorial").trimEnd()).toBe(output.trimEnd());
});

test("the README's row of capabilities is what the connector can do", async () => {
  const files = fixturePath("");
  const row = await capabilityRow(clRecordings, {
    options: { path: files },
    stream: { id: `${tutorialFile}/spikes` },
    runtimes: { node: true, browser: true },
  });
  // The formatter pads the columns of tables.
  expect(readme.replace(/ +\|/g, " |")).toContain(`${row}\n`);
});
