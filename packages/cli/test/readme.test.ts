import { copyFile, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { builtin as connectors } from "../src/connectors/builtin.js";
import { sonde, workspace } from "./support/command.js";

const readme = fileURLToPath(new URL("../README.md", import.meta.url));
const recording = fileURLToPath(new URL("../../cl-recordings/test/fixtures/2024-12-19_15-20-34.893+10-00_recording.h5", import.meta.url));
const block = /```console\n\$ sonde ([^\n]*)\n([\s\S]*?)```/g;

const place = workspace();
const before = process.cwd();
beforeAll(async () => {
  await copyFile(recording, join(place.folder, "recording.h5"));
  process.chdir(place.folder);
});
afterAll(() => process.chdir(before));

/** What a person with a terminal of 100 characters sees: stdout and stderr, which comes after it here. */
async function seen(command: string): Promise<string> {
  const { code, out, err } = await sonde(command.split(" "), { connectors, tty: "both" });
  expect(code, err).toBe(0);
  return out + err;
}

test("every example of the README prints what stands there", async () => {
  const text = await readFile(readme, "utf8");
  const blocks = [...text.matchAll(block)];
  expect(blocks.length).toBeGreaterThan(4);
  let fresh = text;
  for (const [whole, command = ""] of blocks) {
    const answer = await seen(command);
    fresh = fresh.replace(whole, () => `\`\`\`console\n$ sonde ${command}\n${answer}\`\`\``);
  }
  // To write the README's outputs anew: UPDATE_README=1 npx vitest run test/readme.test.ts
  if (process.env.UPDATE_README) await writeFile(readme, fresh);
  expect(process.env.UPDATE_README ? fresh : text).toBe(fresh);
});
