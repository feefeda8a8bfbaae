import { expect, test } from "vitest";
import { compile } from "../src/compile.js";
import { docstringSnippets, readmeSnippets } from "../src/snippets.js";

test("every example in a README or a docstring compiles", { timeout: 120_000 }, () => {
  const snippets = [...readmeSnippets(), ...docstringSnippets()];
  expect(compile(snippets)).toEqual([]);
  console.log(`${snippets.length} examples`);
});

test("an example that uses a name we do not export, or a wrong option, is caught", { timeout: 120_000 }, () => {
  const from = { place: "here:1", folder: "packages/core" };
  const wrong = compile([
    { ...from, from: "docstring", code: "formatNanos(1n, { digit: 3 });" },
    { ...from, from: "readme", code: 'import { parseNanos } from "@sonde/core";' },
    { ...from, from: "readme", code: "formatNanos(1n);" },
  ]);
  expect(wrong).toHaveLength(3);
  expect(compile([{ ...from, from: "docstring", code: "const text: string = formatNanos(mine);" }])).toEqual([]);
});
