import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { format } from "node:util";
import { vi } from "vitest";

export const readme = readFileSync(fileURLToPath(new URL("../../README.md", import.meta.url)), "utf8");

/** The first block of a language after a heading, or of the whole text. */
export function block(language: "ts" | "text", heading = ""): string {
  return new RegExp(`\`\`\`${language}\n(.*?)\`\`\``, "s").exec(readme.slice(readme.indexOf(heading)))?.[1] ?? "";
}

/** What the first snippet after a heading prints, in a file of its own; `replace` puts a test's paths in. */
export async function printedBy(name: string, heading: string, replace: (code: string) => string): Promise<string> {
  const cache = new URL("../../.cache/", import.meta.url);
  mkdirSync(cache, { recursive: true });
  const script = fileURLToPath(new URL(`${name}.ts`, cache));
  writeFileSync(script, replace(block("ts", heading)));
  const lines: string[] = [];
  const log = vi.spyOn(console, "log").mockImplementation((...values) => lines.push(`${format(...values)}\n`));
  try {
    await import(script);
  } finally {
    log.mockRestore();
  }
  return lines.join("");
}
