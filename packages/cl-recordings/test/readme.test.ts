import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { format } from "node:util";
import { capabilityRow } from "@sonde/testkit";
import { expect, test, vi } from "vitest";
import { clRecordings } from "../src/index.js";
import { fixturePath, tutorialFile } from "./support/fixture.js";

const readme = readFileSync(fileURLToPath(new URL("../README.md", import.meta.url)), "utf8");
const block = (language: string): string => new RegExp(`\`\`\`${language}\n(.*?)\`\`\``, "s").exec(readme)?.[1] ?? "";

test("the README's snippet prints what the README says", async () => {
  const folder = new URL("../.cache/", import.meta.url);
  mkdirSync(folder, { recursive: true });
  const script = fileURLToPath(new URL("readme.ts", folder));
  writeFileSync(script, block("ts").replace('"recording.h5"', JSON.stringify(fixturePath(tutorialFile))));
  const lines: string[] = [];
  const log = vi.spyOn(console, "log").mockImplementation((...values) => lines.push(`${format(...values)}\n`));
  try {
    await import(script);
  } finally {
    log.mockRestore();
  }
  expect(lines.join("")).toBe(block("text"));
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
