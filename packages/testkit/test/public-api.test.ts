import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import * as check from "../src/check.js";
import * as testkit from "../src/index.js";

test("what the package exports changes only with a changeset", () => {
  expect(Object.keys(testkit).sort()).toMatchInlineSnapshot(`
    [
      "capabilityRow",
      "capabilityTable",
      "checkConformance",
      "conformance",
      "memory",
      "recordFetch",
      "recordSignal",
      "rules",
      "suiteNames",
    ]
  `);
});

test("`check` exports the same but `conformance`, and imports no test runner", async () => {
  expect([...Object.keys(check), "conformance"].sort()).toEqual(Object.keys(testkit).sort());
  const files = new Set([new URL("../src/check.ts", import.meta.url).href]);
  for (const file of files) {
    const text = await readFile(new URL(file), "utf8");
    for (const [, from = ""] of text.matchAll(/from "([^"]+)"/g)) {
      expect(from).not.toBe("vitest");
      if (from.startsWith(".")) files.add(new URL(from.replace(/\.js$/, ".ts"), file).href);
    }
  }
  expect(files.size).toBeGreaterThan(20);
});
