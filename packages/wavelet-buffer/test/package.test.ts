import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { build } from "tsup";
import ts from "typescript";
import { afterAll, beforeAll, expect, it } from "vitest";
import config from "../tsup.config.js";

const root = resolve(import.meta.dirname, "..");
const folder = mkdtempSync(join(tmpdir(), "wavelet-buffer-"));
const installed = join(folder, "node_modules/@sonde/wavelet-buffer");
const readme = readFileSync(join(root, "README.md"), "utf8");
const block = (language: string): string => new RegExp(`\`\`\`${language}\n([^]*?)\`\`\``).exec(readme)?.[1] ?? "";
const node = (file: string) =>
  execFileSync(process.execPath, [file], { cwd: folder, encoding: "utf8", env: { ...process.env, NODE_OPTIONS: "" } });

beforeAll(async () => {
  mkdirSync(installed, { recursive: true });
  if (typeof config === "function" || Array.isArray(config)) throw new Error("tsup.config.ts is not one plain config");
  await build({
    ...config,
    config: false,
    entry: { index: join(root, "src/index.ts") },
    outDir: join(installed, "dist"),
    dts: false,
    silent: true,
  });
  writeFileSync(join(installed, "package.json"), readFileSync(join(root, "package.json")));
}, 60_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it("is built without imports, and depends on nothing", () => {
  const code = readFileSync(join(installed, "dist/index.js"), "utf8");
  expect(ts.preProcessFile(code).importedFiles).toEqual([]);
  const { dependencies, optionalDependencies, peerDependencies } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  expect([dependencies, optionalDependencies, peerDependencies]).toEqual([undefined, undefined, undefined]);
});

it("runs under plain Node as it is built", () => {
  writeFileSync(
    join(folder, "plain.mjs"),
    'import { decodeBytes, encodeBytes, variant, variantValue } from "@sonde/wavelet-buffer"; console.log(decodeBytes(encodeBytes([variant(2n ** 60n)])).map(variantValue));',
  );
  expect(node("plain.mjs")).toBe("[ 1152921504606846976n ]\n");
});

it("prints what the README shows, from the snippet that it shows", () => {
  const snippet = block("ts");
  const { outputText } = ts.transpileModule(snippet, { compilerOptions: { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext } });
  writeFileSync(join(folder, "snippet.mjs"), outputText);
  expect(node("snippet.mjs")).toBe(block("text"));
});

it("has a snippet in the README that compiles", () => {
  const file = join(root, "test/readme-snippet.ts");
  const options: ts.CompilerOptions = {
    strict: true,
    noEmit: true,
    skipLibCheck: true,
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.ESNext,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
    customConditions: ["@sonde/source"],
    types: ["node"],
  };
  const host = ts.createCompilerHost(options);
  const { getSourceFile, fileExists, readFile } = host;
  // The package by its own name, and the snippet without a file.
  host.fileExists = (name) => resolve(name) === file || fileExists(name);
  host.readFile = (name) => (resolve(name) === file ? block("ts") : readFile(name));
  host.getSourceFile = (name, version, ...rest) =>
    resolve(name) === file ? ts.createSourceFile(name, block("ts"), version) : getSourceFile(name, version, ...rest);
  const problems = ts.getPreEmitDiagnostics(ts.createProgram([file], options, host));
  expect(problems.map((problem) => ts.flattenDiagnosticMessageText(problem.messageText, "\n"))).toEqual([]);
});
