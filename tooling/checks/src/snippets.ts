import { readFileSync } from "node:fs";
import { join } from "node:path";
import { filesOf, root } from "./imports.js";

/** A piece of TypeScript that documentation shows, and what it says that it prints. */
export interface Snippet {
  /** "packages/core/README.md:12". */
  readonly place: string;
  /** "packages/core": whose names it may use without an import, in docstrings. */
  readonly folder: string;
  readonly code: string;
  readonly output?: string;
  readonly from: "readme" | "docstring";
}

/** Every `ts` block of the READMEs and of `docs/`; a `text` block that follows one is its output. */
export function readmeSnippets(): Snippet[] {
  const files = [
    "README.md",
    ...["packages", "docs"].flatMap((folder) => filesOf(folder, (name) => name.endsWith(".md") && name !== "CHANGELOG.md")),
  ];
  return files.flatMap((file) => {
    const text = read(file);
    const blocks = [...text.matchAll(/```ts\n([\s\S]*?)```(?:\s*```text\n([\s\S]*?)```)?/g)];
    return blocks.map(({ index, 1: code = "", 2: output }) => ({
      place: `${file}:${lineOf(text, index)}`,
      folder: file.split("/").slice(0, -1).join("/"),
      code,
      ...(output === undefined ? {} : { output }),
      from: "readme" as const,
    }));
  });
}

/** Every `@example` in a docstring of a package's sources. */
export function docstringSnippets(): Snippet[] {
  const files = filesOf("packages", (name) => /\.(ts|js)$/.test(name)).filter((file) => file.split("/")[2] === "src");
  return files.flatMap((file) => {
    const text = read(file);
    const blocks = [...text.matchAll(/^([ \t]*\*) ```ts\n([\s\S]*?)^\1 ```/gm)];
    return blocks.map(({ index, 2: code = "" }) => ({
      place: `${file}:${lineOf(text, index)}`,
      folder: file.split("/").slice(0, 2).join("/"),
      code: code.replace(/^[ \t]*\* ?/gm, ""),
      from: "docstring" as const,
    }));
  });
}

function read(file: string): string {
  return readFileSync(join(root, file), "utf8");
}

function lineOf(text: string, index: number): number {
  return text.slice(0, index).split("\n").length;
}
