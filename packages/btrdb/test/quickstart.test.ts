import { readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { format } from "node:util";
import { expect, test, vi } from "vitest";
import { quickstart } from "../examples/quickstart.js";
import { btrdbOptions } from "../src/index.js";
import { startQuickstartServer } from "./support/quickstart-data.js";

const file = (path: string) => fileURLToPath(new URL(`../${path}`, import.meta.url));

test("the quick start runs as written, and prints this", async () => {
  await using server = await startQuickstartServer();
  const csv = join(tmpdir(), `sonde-btrdb-${process.pid}.csv`);
  const lines: string[] = [];
  try {
    const options = { tls: true, ca: server.certificate ?? "", apiKey: "123456789123456789" };
    await quickstart(server.endpoint, options, csv, (...values) => lines.push(format(...values)));
    lines.push("data.csv:", (await readFile(csv, "utf8")).trimEnd());
  } finally {
    await rm(csv, { force: true });
  }
  const text = lines.map((line) => `${line.replaceAll(server.endpoint, "localhost:4411")}\n`).join("");
  await expect(text).toMatchFileSnapshot(file("examples/quickstart.txt"));
});

test("the server of the README's example runs as written, and prints this", async () => {
  const lines: string[] = [];
  const log = vi.spyOn(console, "log").mockImplementation((...values) => void lines.push(`${format(...values)}\n`));
  try {
    await import("../examples/server.js");
  } finally {
    log.mockRestore();
  }
  await expect(lines.join("")).toMatchFileSnapshot(file("examples/server.txt"));
});

test("the README shows the examples, their output and the options (`vitest -u` writes it)", async () => {
  const readme = await readFile(file("README.md"), "utf8");
  const text = async (path: string, language: "ts" | "text") => `\`\`\`${language}\n${(await readFile(file(path), "utf8")).trim()}\n\`\`\``;
  const between = (text: string, mark: string, body: string) => {
    const [begin, end] = [`<!-- ${mark} -->`, `<!-- /${mark} -->`];
    expect(text).toContain(begin);
    return `${text.slice(0, text.indexOf(begin) + begin.length)}\n${body}\n${text.slice(text.indexOf(end))}`;
  };
  let shown = between(readme, "quickstart", await text("examples/quickstart.ts", "ts"));
  shown = between(shown, "output", await text("examples/quickstart.txt", "text"));
  shown = between(shown, "server", await text("examples/server.ts", "ts"));
  shown = between(shown, "server-output", await text("examples/server.txt", "text"));
  const options = Object.entries(btrdbOptions.shape).map(([name, option]) => `- \`${name}\`: ${option.description}.`);
  shown = between(shown, "options", `\n${options.join("\n")}\n`);
  await expect(shown).toMatchFileSnapshot("../README.md");
});
