import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { formatWithOptions } from "node:util";
import { btrdb } from "@sonde/btrdb";
import { startServer } from "@sonde/btrdb/testing";
import { clRecordings } from "@sonde/cl-recordings";
import { createSession } from "@sonde/cl-recordings/node";
import { sampleRecording } from "@sonde/cl-recordings/testing";
import { databroker, memoryCatalog } from "@sonde/databroker";
import { sampleImages } from "@sonde/databroker/testing";
import { efd } from "@sonde/efd";
import { makeExampleArchive } from "@sonde/efd/testing";
import { capabilityTable } from "@sonde/testkit/check";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { root } from "../src/imports.js";

const folder = mkdtempSync(join(tmpdir(), "sonde-readme-"));
/** Beside the tests, so that the snippet finds the packages by their names. */
const generated = join(root, "tooling/checks/test/.generated");
const before = process.cwd();
const sample = join(folder, "sample.h5");

beforeAll(async () => {
  writeFileSync(sample, await sampleRecording());
  mkdirSync(generated, { recursive: true });
  process.chdir(folder);
});
afterAll(() => {
  process.chdir(before);
  rmSync(folder, { recursive: true, force: true });
  rmSync(generated, { recursive: true, force: true });
});

/** What a program prints when it is run where the sample lies. */
async function output(code: string): Promise<string> {
  const printed: string[] = [];
  const log = vi
    .spyOn(console, "log")
    .mockImplementation((...values) => void printed.push(formatWithOptions({ colors: false }, ...values)));
  try {
    const file = join(generated, "snippet.ts");
    writeFileSync(file, code);
    await import(/* @vite-ignore */ file);
    return `${printed.join("\n")}\n`;
  } finally {
    log.mockRestore();
  }
}

test("the README shows what its snippet prints and what the connectors can do (`vitest -u` writes it)", async () => {
  const readme = readFileSync(join(root, "README.md"), "utf8");
  const [, code = ""] = /```ts\n([\s\S]*?)```/.exec(readme) ?? [];
  const printed = await output(code);
  // A recording under way, whose streams can be followed.
  await using session = createSession({ directory: folder });
  session.createDataStream("ball").append(session.timestamp(), { x: 1 });
  session.record({ fileName: "unfinished.h5" });
  await new Promise((resolve) => setTimeout(resolve, 500));
  await using server = await startServer();
  const id = server.create({ collection: "NW", name: "stream0" });
  await makeExampleArchive(join(folder), { topics: 1, span: "1m" });
  const catalog = memoryCatalog(sampleImages());
  const [run] = await catalog.recent(1);
  const table = await capabilityTable([
    [btrdb, { options: { endpoint: server.endpoint }, stream: { id }, runtimes: { node: true, server: true } }],
    [
      clRecordings,
      { options: { path: folder }, stream: { id: "sample.h5/samples" }, runtimes: { node: true, browser: true, server: true } },
    ],
    [databroker, { options: { catalog }, stream: { id: `${run?.uid}/primary` }, runtimes: { node: true, browser: true, server: true } }],
    [efd, { options: { path: folder }, stream: { id: "example-000-aggregated" }, runtimes: { node: true, browser: true, server: true } }],
  ]);
  const shown = readme
    .replace(/```text\n[\s\S]*?```/, () => `\`\`\`text\n${printed}\`\`\``)
    .replace(/(<!-- connectors: [^>]*-->\n)[\s\S]*?(<!-- \/connectors -->)/, (_, begin, end) => `${begin}${table}${end}`);
  await expect(shown).toMatchFileSnapshot(join(root, "README.md"));
});
