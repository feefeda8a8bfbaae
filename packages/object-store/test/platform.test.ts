import { readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { expect, test } from "vitest";
import { platform } from "../src/platform.browser.js";
import { refusal } from "./fixture.js";

test("a browser has no paths, no environment and no AWS files, and says what to give instead", async () => {
  const { signal } = new AbortController();
  expect(() => platform.openFolder("./bucket")).toThrow(
    expect.objectContaining({ code: "unsupported", message: expect.stringContaining("directory handle") }),
  );
  expect(platform.environment("HOME")).toBeUndefined();
  expect(await platform.awsFiles(signal)).toEqual({ config: "", credentials: "" });
  expect(await refusal(platform.credentialChain({ profile: undefined, region: "us-east-1" }))).toMatchObject({
    code: "unsupported",
    message: expect.stringContaining("anonymous"),
  });
  expect(platform.sendsConditions).toBe(false);
});

test("what a browser loads imports nothing of Node, and the AWS packages not at all", () => {
  const source = join(import.meta.dirname, "../src");
  const seen = new Set<string>();
  const packages = new Set<string>();
  const visit = (file: string) => {
    if (seen.has(file)) return;
    seen.add(file);
    for (const [, from = ""] of readFileSync(file, "utf8").matchAll(
      /^(?:import|export) (?!type )[^;]*?from "([^"]+)"|import\("([^"]+)"\)/gm,
    )) {
      if (from === "#platform") visit(join(source, "platform.browser.ts"));
      else if (from.startsWith(".")) visit(join(dirname(file), from.replace(/\.js$/, ".ts")));
      else packages.add(from);
    }
  };
  visit(join(source, "index.ts"));
  expect([...packages].sort()).toEqual(["@sonde/core/bytes", "aws4fetch"]);
  expect([...seen].map((file) => relative(source, file)).filter((file) => /\.node\.|testing/.test(file))).toEqual([]);
});
