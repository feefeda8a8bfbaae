import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { format } from "node:util";
import { expect, it, vi } from "vitest";
import { folder } from "./device.js";

it("prints what the README says of making recordings", async () => {
  const readme = readFileSync(fileURLToPath(new URL("../../README.md", import.meta.url)), "utf8");
  const section = readme.slice(readme.indexOf("## Making recordings"));
  const block = (language: string) => new RegExp(`\`\`\`${language}\n(.*?)\`\`\``, "s").exec(section)?.[1] ?? "";
  const cache = new URL("../../.cache/", import.meta.url);
  mkdirSync(cache, { recursive: true });
  const script = fileURLToPath(new URL("making.ts", cache));
  writeFileSync(script, block("ts").replace('"recordings"', JSON.stringify(folder())));
  const lines: string[] = [];
  const log = vi.spyOn(console, "log").mockImplementation((...values) => lines.push(`${format(...values)}\n`));
  try {
    await import(script);
  } finally {
    log.mockRestore();
  }
  expect(lines.join("")).toBe(block("text"));
});
